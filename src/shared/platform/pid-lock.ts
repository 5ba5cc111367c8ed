import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { sleep } from './clock.ts';
import { Conflict } from './failure.ts';
import { findProcess, isAlive, ProcessIdentity } from './process-identity.ts';

export type PidLock = { release(): void };
export type LockAnswer = { kind: 'taken'; lock: PidLock } | { kind: 'held'; by: ProcessIdentity };

/**
 * Takes a lock file for this process, or says which living process holds it. A lock whose holder is gone (kill -9, reboot) is taken over.
 * Node has no flock(2); link(2) makes the file appear with its content in one step.
 */
export function tryPidLock(path: string): LockAnswer {
  const mine = findProcess(process.pid)!;
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(aside, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (;;) {
      if (tryLink(aside, path)) return { kind: 'taken', lock: { release: () => release(path, mine) } };
      const holder = readHolder(path);
      if (holder !== undefined && isAlive(holder)) return { kind: 'held', by: holder };
      if (holder !== undefined || exists(path)) bury(path, holder);
    }
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Waits up to `ms` for the lock; throws Conflict naming the holder. For short sections only, such as the start of a server. */
export async function waitForPidLock(path: string, ms: number): Promise<PidLock> {
  const giveUpAt = performance.now() + ms;
  for (;;) {
    const answer = tryPidLock(path);
    if (answer.kind === 'taken') return answer.lock;
    if (performance.now() > giveUpAt) {
      throw new Conflict(
        'lock_held',
        `process ${answer.by.pid} has held ${path} for ${Math.round(ms / 1000)} s`,
        'Wait for it, or end that process.',
        {
          pid: answer.by.pid,
        },
      );
    }
    await sleep(25);
  }
}

/** The process a lock file or pid file names, living or not. */
export function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return ProcessIdentity.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Puts a dead holder's file away. Another process may have done so and taken the lock meanwhile: its file is put back. */
function bury(path: string, dead: ProcessIdentity | undefined): void {
  const grave = `${path}.grave.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(path, grave);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return;
    throw error;
  }
  const found = readHolder(grave);
  if (found !== undefined && JSON.stringify(found) !== JSON.stringify(dead) && isAlive(found)) tryLink(grave, path);
  rmSync(grave, { force: true });
}

function release(path: string, mine: ProcessIdentity): void {
  const holder = readHolder(path);
  if (holder?.pid === mine.pid && holder.startedAt === mine.startedAt) rmSync(path, { force: true });
}
