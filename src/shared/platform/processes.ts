import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { growingGapMs } from './clock.ts';
import { openLogFile } from './embedded/server-process.ts';
import { messageOf } from './failure.ts';
import type { Log } from './log.ts';

/** One process of the house: a script of ours, run by the Node that runs this. */
export type ChildSpec = { readonly name: string; readonly script: string; readonly args: readonly string[] };

/**
 * How Node runs what works for long. New objects gather in 4 MB and not in 16 before the dead ones among them are cleared away: measured, a rebuild of
 * 3,000 releases has 214 MB at its peak instead of 348, for the same processor time.
 */
export const NODE_FLAGS = ['--max-semi-space-size=4'];

type SupervisorOptions = {
  log: Log;
  /** Each child's output goes to <logFolder>/<name>.log. */
  logFolder: string;
  shutdownMs: number;
  environment: NodeJS.ProcessEnv;
};

export type Supervisor = {
  start(spec: ChildSpec): void;
  /** Pid of each child that runs now. */
  pids(): ReadonlyMap<string, number>;
  /** Sends a signal to one child; false when it does not run. SIGKILL, the default, is what a demonstration of restarts wants. */
  kill(name: string, signal?: NodeJS.Signals): boolean;
  /** Ends all children: SIGTERM, and SIGKILL for those that have not ended after the time for it. */
  close(): Promise<void>;
};

type Child = { spec: ChildSpec; process: ChildProcess | undefined; deaths: number; startedAt: number; restart: NodeJS.Timeout | undefined };

/** A child that dies at once is started again after this, then ever slower up to MOST_GAP_MS. */
const FIRST_GAP_MS = 250;
const MOST_GAP_MS = 30_000;
/** A child that lived this long was healthy: its next death begins with the short gap again. */
const HEALTHY_AFTER_MS = 60_000;
/** A child gets SHUTDOWN_MS to drain, and this long to close what it holds. */
const CLOSING_MS = 3_000;

/** Keeps children running: one that dies is started again with growing gaps and one line in the log. */
export function openSupervisor(options: SupervisorOptions): Supervisor {
  const children = new Map<string, Child>();
  let closing = false;

  function run(child: Child): void {
    const { spec } = child;
    child.startedAt = performance.now();
    child.restart = undefined;
    child.process = launch(spec, options);
    child.process.once('error', (error) => options.log.error({ child: spec.name, reason: messageOf(error) }, 'child.not_started'));
    child.process.once('close', (code, signal) => ended(child, code, signal));
  }

  function ended(child: Child, code: number | null, signal: NodeJS.Signals | null): void {
    const pid = child.process?.pid;
    child.process = undefined;
    if (closing) return;
    if (performance.now() - child.startedAt > HEALTHY_AFTER_MS) child.deaths = 0;
    child.deaths += 1;
    const gapMs = growingGapMs(child.deaths, FIRST_GAP_MS, MOST_GAP_MS);
    options.log.warn({ child: child.spec.name, childPid: pid, code, signal, deaths: child.deaths, restartMs: gapMs }, 'child.died');
    child.restart = setTimeout(() => run(child), gapMs);
  }

  return {
    start(spec) {
      const child: Child = { spec, process: undefined, deaths: 0, startedAt: 0, restart: undefined };
      children.set(spec.name, child);
      run(child);
    },
    pids() {
      const running = [...children.values()].filter((child) => child.process?.pid !== undefined);
      return new Map(running.map((child) => [child.spec.name, child.process!.pid!]));
    },
    kill: (name, signal = 'SIGKILL') => children.get(name)?.process?.kill(signal) ?? false,
    async close() {
      closing = true;
      for (const child of children.values()) clearTimeout(child.restart);
      await Promise.all([...children.values()].map((child) => end(child, options)));
    },
  };
}

function launch(spec: ChildSpec, options: SupervisorOptions): ChildProcess {
  const output = openLogFile(join(options.logFolder, `${spec.name}.log`));
  // A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which then ends its children in order.
  const child = spawn(process.execPath, [...NODE_FLAGS, spec.script, ...spec.args], {
    detached: true,
    stdio: ['ignore', output, output],
    env: options.environment,
  });
  closeSync(output);
  return child;
}

function end(child: Child, options: SupervisorOptions): Promise<void> {
  const running = child.process;
  if (running === undefined || running.exitCode !== null || running.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const kill = setTimeout(() => {
      options.log.warn({ child: child.spec.name, childPid: running.pid }, 'child.killed');
      running.kill('SIGKILL');
    }, options.shutdownMs + CLOSING_MS);
    running.once('close', () => {
      clearTimeout(kill);
      resolve();
    });
    running.kill('SIGTERM');
  });
}
