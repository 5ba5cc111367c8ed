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

/** Writes data beside `path` and flushes it; returns the temporary name to rename later. */
export async function writeAside(path: string, data: string | Uint8Array): Promise<string> {
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
