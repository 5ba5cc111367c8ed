import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { sleep } from '../clock.ts';
import { Failure, messageOf } from '../failure.ts';
import { findProcess, isAlive, ProcessIdentity } from '../process-identity.ts';
import type { ServerUser } from './folders.ts';

/** Who wants a server: `house` keeps it for as long as it lives, a `command` ends it when nobody else uses it. */
export type Purpose = 'house' | 'command';

/** What DATA_DIR/run remembers of a server, so that the next program finds it. */
const ServerMemory = ProcessIdentity.extend({ socketFolder: z.string(), startedFor: z.enum(['house', 'command']) });
export type ServerMemory = z.infer<typeof ServerMemory>;

/** A server program in its own session, so that a killed parent or a Ctrl-C in the terminal leaves it running. */
export type ServerProcess = { readonly identity: ProcessIdentity; readonly logFile: string; failure(): string | undefined };
type ServerCommand = { program: string; argv0?: string; args: string[]; cwd: string; user: ServerUser; logFile: string };

const START_MS = 60_000;

export function readMemory(path: string): ServerMemory | undefined {
  try {
    return ServerMemory.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeMemory(path: string, memory: ServerMemory): void {
  writeFileSync(path, JSON.stringify(memory), { mode: 0o600 });
}

/** Opens a log for appending, which lets log-turning.ts empty it under its writer. The caller closes the descriptor. */
export function openLogFile(path: string): number {
  return openSync(path, 'a', 0o600);
}

/** Starts a server program. It gets none of our environment: only its arguments decide what it does. */
export function startServer(command: ServerCommand): ServerProcess {
  const output = openLogFile(command.logFile);
  const child = spawn(command.program, command.args, {
    argv0: command.argv0,
    cwd: command.cwd,
    detached: true,
    stdio: ['ignore', output, output],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...command.user,
  });
  closeSync(output);
  child.unref();
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = messageOf(error);
  });
  child.on('exit', (code, signal) => {
    failure ??= signal === null ? `it ended with exit status ${code}` : `it was ended by ${signal}`;
  });
  const identity = child.pid === undefined ? undefined : findProcess(child.pid);
  if (identity === undefined) failure ??= 'it could not be started';
  return { identity: identity ?? { pid: child.pid ?? 1, bootId: '', startedAt: '' }, logFile: command.logFile, failure: () => failure };
}

/** Asks again and again until the server answers. Throws Failure with the end of its log when it ended or never answers. */
export async function untilReady<T>(name: string, server: ServerProcess, probe: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + START_MS;
  for (;;) {
    try {
      return await probe();
    } catch (cause) {
      const failure =
        server.failure() ?? (performance.now() > giveUpAt ? `no answer within ${START_MS / 1000} s (${messageOf(cause)})` : undefined);
      if (failure !== undefined) {
        throw new Failure(
          'server_not_started',
          `${name} did not start: ${failure}. Its log, ${server.logFile}, ends:\n${endOf(server.logFile)}`,
          { cause },
        );
      }
    }
    await sleep(15);
  }
}

/** Sends the signals one after the other, each with its patience, until the process is gone. */
export async function endProcess(identity: ProcessIdentity, signals: readonly (readonly [NodeJS.Signals, number])[]): Promise<void> {
  for (const [signal, ms] of signals) {
    if (!isAlive(identity)) return;
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if ((error as { code?: string }).code === 'ESRCH') return;
      throw error;
    }
    await untilGone(identity, ms);
  }
}

/** Waits for a process to end; true when it did within `ms`. */
export async function untilGone(identity: ProcessIdentity, ms: number): Promise<boolean> {
  const giveUpAt = performance.now() + ms;
  while (isAlive(identity)) {
    if (performance.now() > giveUpAt) return false;
    await sleep(15);
  }
  return true;
}

function endOf(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  return lines
    .slice(-8)
    .map((line) => `  ${line}`)
    .join('\n');
}
