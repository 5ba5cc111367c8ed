import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServerNote } from '../../src/shared/platform/embedded/servers.ts';

export type HouseSaid = { databaseUrl?: string; redisUrl?: string; notes?: ServerNote[]; error?: string; code?: string };
export type HouseProcess = {
  readonly child: ChildProcess;
  readonly said: HouseSaid /** Sends a signal and waits for the end; gives the exit status. */;
  end(signal: NodeJS.Signals): Promise<number | null>;
};
type As = { uid?: number; gid?: number; script?: string };

/** Starts house-main.ts (or another script that says one line of JSON) on a folder, as a process of its own, and waits for what it says. */
export async function startHouse(dataDir: string, as: As = {}): Promise<HouseProcess> {
  const { script = 'house-main.ts', ...user } = as;
  const child = spawn(process.execPath, [join(import.meta.dirname, script)], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, SHUTDOWN_MS: '2000', DATABASE_URL: '', REDIS_URL: '', SMTP_URL: '' },
  });
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => {
      throw new Error('the house ended without a word');
    }),
  ])) as [string];
  return {
    child,
    said: JSON.parse(line) as HouseSaid,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      const [status] = (await once(child, 'exit')) as [number | null];
      return status;
    },
  };
}
