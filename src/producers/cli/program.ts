import { Command, CommanderError } from 'commander';
import { readConfig } from '../../shared/platform/config.ts';
import { VERSION } from '../../shared/platform/version.ts';
import { addCommands } from './commands.ts';
import { type Act, type CallOptions, type Cli, openCli, type Screen } from './context.ts';
import { describeError } from './errors.ts';

export type ProgramParts = {
  readonly screen: Screen;
  readonly openServices: Cli['openServices'];
  /** Commands beside those of commands.ts. */
  readonly more?: (program: Command, act: Act) => void;
};

/** Runs one command line, without the program's own name, and gives the exit status. Whatever goes wrong is said on the screen. */
export async function runProgram(argv: readonly string[], { screen, openServices, more }: ProgramParts): Promise<number> {
  let exit = 0;
  const program = new Command('depesch')
    .description('The publishing pipeline of a newsroom: page, feeds, letters and archive from one press of Publish.')
    .version(VERSION)
    .option('--json', 'answer as JSON')
    .option('--as <account>', 'act as this account (or set DEPESCH_TOKEN)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => screen.write(text), writeErr: (text) => screen.note(text.trimEnd()) })
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
      exit = answer.exit ?? 0;
    };
  addCommands(program, act);
  more?.(program, act);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    // Asking for help or the version is no failure; commander has printed it.
    if (error instanceof CommanderError) return error.exitCode;
    report(error, { screen, json: program.opts<CallOptions>().json === true });
    return 1;
  }
}

function report(error: unknown, { screen, json }: { screen: Screen; json: boolean }): void {
  const described = describeError(error, isDebugging());
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
