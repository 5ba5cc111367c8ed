import type { Command } from 'commander';
import { onShutdown } from '../shared/platform/lifecycle.ts';
import { loadStatus } from '../shared/publishing/status.ts';
import { openServices } from '../shared/services.ts';
import { type Act, type Answer, type Cli, commandLog, type Screen } from './cli/context.ts';
import { runProgram } from './cli/program.ts';
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

function addDemo(program: Command, act: Act): void {
  program
    .command('demo')
    .description('an invented newsroom with everything going on, in a folder of its own')
    .option('--once', 'end when everything has gone out')
    .action(act(demo));
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

// A reader that has gone (`… | head`) wants no more.
process.stdout.on('error', () => process.exit());
process.exitCode = await runProgram(process.argv.slice(2), { screen, openServices, more: addDemo });
// A pipe takes what is written as fast as it is read: a long list must not end in the middle.
await new Promise((resolve) => process.stdout.write('', resolve));
// Whatever a library still holds open, the answer has been given.
process.exit();
