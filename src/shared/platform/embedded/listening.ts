import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findProcess, isAlive, ProcessIdentity } from '../process-identity.ts';

/** What of a house listens on a port that others have to find: the newsroom, and the local inbox. */
export type Listener = 'http' | 'inbox';

const Listening = ProcessIdentity.extend({ port: z.number().int().positive() });

/** Lets others find the port on which this process listens. Written whole or not at all. */
export function rememberPort(dataDir: string, listener: Listener, port: number): void {
  const path = fileOf(dataDir, listener);
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, JSON.stringify({ ...findProcess(process.pid), port }), { mode: 0o600 });
  renameSync(aside, path);
}

export function forgetPort(dataDir: string, listener: Listener): void {
  rmSync(fileOf(dataDir, listener), { force: true });
}

/** The port and the process, while that process lives. */
export function findListening(dataDir: string, listener: Listener): { readonly port: number; readonly pid: number } | undefined {
  try {
    const listening = Listening.parse(JSON.parse(readFileSync(fileOf(dataDir, listener), 'utf8')));
    return isAlive(listening) ? listening : undefined;
  } catch {
    return undefined;
  }
}

function fileOf(dataDir: string, listener: Listener): string {
  return join(dataDir, 'run', `${listener}.json`);
}
