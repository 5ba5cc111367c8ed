import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findProcess, isAlive, ProcessIdentity } from '../process-identity.ts';

const Memory = ProcessIdentity.extend({ port: z.number().int().positive() });

/** Lets commands find the local inbox that this process has opened. */
export function rememberInbox(dataDir: string, port: number): void {
  writeFileSync(fileOf(dataDir), JSON.stringify({ ...findProcess(process.pid), port }), { mode: 0o600 });
}

export function forgetInbox(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}

/** The port of the local inbox while the process that opened it lives. */
export function findInbox(dataDir: string): number | undefined {
  try {
    const memory = Memory.parse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8')));
    return isAlive(memory) ? memory.port : undefined;
  } catch {
    return undefined;
  }
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'run/inbox.json');
}
