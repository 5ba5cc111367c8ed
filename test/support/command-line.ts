import { runProgram } from '../../src/producers/cli/program.ts';
import { openServices } from '../../src/shared/services.ts';
import type { World } from './world.ts';

/** What a command said and how it ended. */
export type Ran = { readonly status: number; readonly out: string; readonly err: string; json(): Record<string, unknown> };

/** The settings with which a command works in this world, and for nobody by default. */
export function settingsOf(world: World): Record<string, string> {
  return {
    DATA_DIR: world.dataDir,
    DATABASE_URL: world.config.databaseUrl!,
    REDIS_URL: world.config.redisUrl!,
    SMTP_URL: '',
    DEPESCH_TOKEN: '',
  };
}

/**
 * Runs a command as ./depesch does, in this process: a tenth of the time. Settings come from `environment` alone, relative paths start in `folder`;
 * both belong to the whole process, so one command at a time. That the program itself prints and ends so, cli/cli.test.ts sees.
 */
export async function runCommand(args: readonly string[], where: { folder: string; environment: Record<string, string> }): Promise<Ran> {
  const [environment, folder] = [process.env, process.cwd()];
  const out: string[] = [];
  const err: string[] = [];
  const screen = {
    columns: 80,
    print: (text: string) => void out.push(`${text}\n`),
    write: (text: string) => void out.push(text),
    note: (text: string) => void err.push(`${text}\n`),
    replace: (text: string) => void out.push(`${text}\n`),
  };
  process.env = { PATH: environment.PATH, ...where.environment };
  process.chdir(where.folder);
  try {
    const status = await runProgram(args, { screen, openServices });
    return { status, out: out.join(''), err: err.join(''), json: () => JSON.parse(out.join('')) as Record<string, unknown> };
  } finally {
    process.chdir(folder);
    process.env = environment;
  }
}
