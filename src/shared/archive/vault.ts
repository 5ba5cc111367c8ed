import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Hex } from '../platform/canonical.ts';
import { Permanent } from '../platform/failure.ts';
import { replaceFile, syncFolder } from '../platform/files.ts';
import { findDifference } from './folder.ts';
import { type KeptFile, MANIFEST_FILE, type Manifest, manifestText } from './manifest.ts';

/*
 * The write-once folders below DATA_DIR/archive: <year>/<two digits of the hash>/<hash>/. A folder is built under `.building`, flushed,
 * made read-only and renamed into place whole. Everything that writes here holds the lock `channel:archive`.
 */

/** Where folders are built; its content is no part of the archive. */
export const BUILDING = '.building';

/** The archive's folder. */
export function vaultRoot(dataDir: string): string {
  return join(dataDir, 'archive');
}

/** Where a manifest's folder lies, below the archive's. */
export function folderOf(manifest: Manifest, hash: string): string {
  return join(manifest.publishedAt.slice(0, 4), hash.slice(0, 2), hash);
}

export type Placed = { readonly folder: string; readonly hash: string; readonly text: string };

type PlaceInput = {
  readonly dataDir: string;
  readonly manifest: Manifest;
  readonly files: readonly KeptFile[];
  /** Asked once just before the folder appears; throws when the lock was lost. */
  readonly stillLocked: () => Promise<void>;
};

/**
 * Puts a folder into the vault and on the disk. One that a killed worker left there whole, without a leaf, is taken over; a damaged one is made
 * again. Leaves a note under `.building` that clearUnfinished reads, in case the leaf is never committed.
 */
export async function placeFolder(input: PlaceInput): Promise<Placed> {
  const { dataDir, manifest, files } = input;
  const text = manifestText(manifest);
  const hash = sha256Hex(text);
  const root = vaultRoot(dataDir);
  const folder = folderOf(manifest, hash);
  const target = join(root, folder);
  const building = join(root, BUILDING, hash);
  await mkdir(join(root, BUILDING), { recursive: true });
  await replaceFile(noteOf(root, hash), folder);
  await removeFolder(building);
  if ((await findDifference(target, manifest)) !== undefined) {
    const damaged = existsSync(target);
    await build(building, { files, text });
    await input.stillLocked();
    // Only what was seen damaged is removed. A worker stopped right here wakes after another has kept the same entry: its rename fails then.
    if (damaged) await removeFolder(target);
    await mkdir(dirname(target), { recursive: true });
    await rename(building, target);
  }
  // Only now: a folder that may not be written to cannot be moved to another parent.
  await protect(target);
  for (const path of [target, dirname(target), dirname(dirname(target)), root]) await syncFolder(path);
  return { folder, hash, text };
}

async function build(building: string, { files, text }: { files: readonly KeptFile[]; text: string }): Promise<void> {
  await mkdir(building, { recursive: true });
  for (const file of [...files, { name: MANIFEST_FILE, data: text }]) {
    const path = join(building, file.name);
    await mkdir(dirname(path), { recursive: true });
    await writeFlushed(path, 'data' in file ? file.data : await readChecked(file));
  }
}

async function writeFlushed(path: string, data: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(data);
    await handle.chmod(0o444);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A stored asset's bytes, which must be what its name says. */
async function readChecked(file: { name: string; source: string; sha256: string }): Promise<Buffer> {
  const data = await readFile(file.source);
  if (sha256Hex(data) === file.sha256) return data;
  throw new Permanent('asset_damaged', `the stored bytes of ${file.name} are not those of its hash`, { fields: { source: file.source } });
}

/** Read-only folders (the files are already), flushed. */
async function protect(folder: string): Promise<void> {
  for (const path of await foldersIn(folder)) {
    await syncFolder(path);
    await chmod(path, 0o555);
  }
}

/**
 * Removes a whole archive with its read-only folders. For a demo made new and for tests: nothing of the program's own work removes what is kept.
 */
export async function discardVault(dataDir: string): Promise<void> {
  await removeFolder(vaultRoot(dataDir));
}

async function removeFolder(folder: string): Promise<void> {
  for (const path of await foldersIn(folder)) await chmod(path, 0o755);
  await rm(folder, { recursive: true, force: true });
}

/** The folder and every folder in it; none when there is no such folder. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (!entries) return [];
  return [folder, ...entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))];
}

/** Removes the note of a folder whose leaf is committed. A worker killed before this leaves it to clearUnfinished. */
export async function forgetNote(dataDir: string, placed: Placed | undefined): Promise<void> {
  if (placed) await rm(noteOf(vaultRoot(dataDir), placed.hash), { force: true });
}

/** Says under `.building` that this folder was placed; removed once its leaf is known to be committed. */
export function noteOf(root: string, hash: string): string {
  return join(root, BUILDING, `${hash}.placed`);
}

/**
 * Clears what killed workers left: half-built folders, and finished ones whose leaf was never committed (`isKept` says which were).
 * Call only while holding the lock.
 */
export async function clearUnfinished(dataDir: string, isKept: (hashes: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void> {
  const root = vaultRoot(dataDir);
  const names = await readdir(join(root, BUILDING)).catch(() => []);
  if (names.length === 0) return;
  const hashes = names.filter((name) => name.endsWith('.placed')).map((name) => name.slice(0, -'.placed'.length));
  const kept = await isKept(hashes);
  for (const hash of hashes.filter((hash) => !kept.has(hash))) {
    const folder = (await readFile(noteOf(root, hash), 'utf8')).trim();
    // The note is ours, but what is removed must be the folder of that hash and nothing else.
    if (new RegExp(`^\\d{4}/[0-9a-f]{2}/${hash}$`).test(folder)) await removeFolder(join(root, folder));
  }
  await removeFolder(join(root, BUILDING));
}
