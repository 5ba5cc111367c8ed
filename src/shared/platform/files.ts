import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Flushes a folder's entries to disk, so that a rename in it survives a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Flushes a file that was written without: its bytes survive a power cut when this returns. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A disk that takes longer is not flushed faster file by file; whoever waits holds a lock meanwhile. */
const SYNC_MS = 50_000;

/**
 * Flushes everything on the file system that `path` lies on (syncfs(2), by coreutils' `sync`: Node has no call for it). False where there is no
 * such program; then each file has to be flushed by itself.
 */
export async function syncFileSystem(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('sync', ['-f', path], { timeout: SYNC_MS }, (error) => resolve(error === null));
  });
}

/** Writes data beside `path` and flushes it; returns the temporary name to rename later. */
async function writeAside(path: string, data: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const aside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.aside`);
  const handle = await open(aside, 'wx', 0o644);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return aside;
}

/** Replaces a file in one step: a reader sees the old bytes or the new, never half. */
export async function replaceFile(path: string, data: string | Uint8Array): Promise<void> {
  const aside = await writeAside(path, data);
  await rename(aside, path);
  await syncFolder(dirname(path));
}
