import { Command, CommanderError } from 'commander';
import { readConfig } from '../shared/platform/config.ts';
import { onShutdown } from '../shared/platform/lifecycle.ts';
import { VERSION } from '../shared/platform/version.ts';
import { loadStatus } from '../shared/publishing/status.ts';
import { openServices } from '../shared/services.ts';
import { addCommands } from './cli/commands.ts';
import { type Act, type Answer, type CallOptions, type Cli, commandLog, openCli, type Screen } from './cli/context.ts';
import { describeError } from './cli/errors.ts';
import { releaseStatusText } from './cli/release-look.ts';

/** Terminals may be wider; lines longer than this are hard to read. */
const WIDEST = 100;

/** The one place that prints. */
const screen: Screen & { replaced: number } = {
  replaced: 0,
  // A terminal that does not know its width says 0.
  columns: Math.min(process.stdout.columns || 80, WIDEST),
  print: (text) => console.log(text),
  write: (text) => process.stdout.write(text),
  note: (text) => console.error(text),
  replace(text) {
    const up = process.stdout.isTTY && this.replaced > 0 ? `\u001b[${this.replaced}A\u001b[J` : '';
    this.replaced = text.split('\n').length;
    console.log(`${up}${text}`);
  },
};

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('depesch')
    .description('The publishing pipeline of a newsroom: page, feeds, letters and archive from one press of Publish.')
    .version(VERSION)
    .option('--json', 'answer as JSON')
    .option('--as <account>', 'act as this account (or set DEPESCH_TOKEN)')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  const act: Act =
    (handler) =>
    async (...parameters) => {
      const options = program.opts<CallOptions>();
      const answer = await handler(openCli({ screen, options, openServices }), ...parameters);
      if (answer === undefined) return;
      const text = options.json ? JSON.stringify(answer.json, null, 2) : answer.text;
      // What has kept itself on the screen has nothing more to say.
      if (text !== '') screen.print(text);
      process.exitCode = answer.exit ?? 0;
    };
  addCommands(program, act);
  program
    .command('demo')
    .description('an invented newsroom with everything going on, in a folder of its own')
    .option('--once', 'end when everything has gone out')
    .action(act(demo));
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Asking for help or the version is no failure; commander has printed it.
      process.exitCode = error.exitCode;
      return;
    }
    report(error, program.opts<CallOptions>().json === true);
  }
}

async function demo(cli: Cli, options: { once?: boolean }): Promise<Answer> {
  const config = cli.config();
  // Loaded only here: every other command would wait for it.
  const [{ runDemo }, { openScreen, SILENT }] = await Promise.all([import('./demo/demo.ts'), import('./demo/screen.ts')]);
  const report = await runDemo({
    config,
    log: commandLog(config),
    once: options.once === true,
    screen: cli.options.json ? SILENT : openScreen(process.stdout),
    signal: onShutdown(),
    showStatus: async (services, slug) => releaseStatusText(services, await loadStatus(services, slug), screen.columns),
    openServices,
  });
  return { text: '', json: report, exit: report.complete ? 0 : 1 };
}

function report(error: unknown, json: boolean): void {
  const described = describeError(error, isDebugging());
  process.exitCode = 1;
  if (json) screen.print(JSON.stringify({ error: described.json }, null, 2));
  else screen.note(described.text);
}

/** The settings may be what is wrong. */
function isDebugging(): boolean {
  try {
    return ['debug', 'trace'].includes(readConfig().logLevel);
  } catch {
    return false;
  }
}

// A reader that has gone (`… | head`) wants no more.
process.stdout.on('error', () => process.exit());
await main(process.argv.slice(2));
// A pipe takes what is written as fast as it is read: a long list must not end in the middle.
await new Promise((resolve) => process.stdout.write('', resolve));
// Whatever a library still holds open, the answer has been given.
process.exit();
