import { chmod, mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ENTRY_FILES } from './entry.ts';
import { MANIFEST_FILE, Manifest } from './manifest.ts';
import { vaultRoot } from './vault.ts';

/** Where entries go that the restored log does not know: they are proof of what was published after the backup, and nothing of them is removed. */
const LATER = 'archive-after-backup';

/** An entry of the surviving archive that is newer than the backup. */
export type LaterEntry = {
  readonly folder: string;
  readonly kind: Manifest['kind'];
  readonly release: string;
  readonly revision: number;
  readonly publishedAt: string;
  readonly slug: string | null;
};

/**
 * Moves folders of the archive that no leaf of the restored log names to DATA_DIR/archive-after-backup, and says what they are. Call while nothing
 * else runs on the folder.
 */
export async function setLaterAside(dataDir: string, known: ReadonlySet<string>): Promise<LaterEntry[]> {
  const root = vaultRoot(dataDir);
  const later: LaterEntry[] = [];
  for (const folder of await entryFolders(root)) {
    if (known.has(folder)) continue;
    const described = await describe(join(root, folder), folder);
    const target = join(dataDir, LATER, folder);
    await mkdir(dirname(target), { recursive: true });
    // A folder that may not be written to cannot be moved to another parent.
    await chmod(join(root, folder), 0o755);
    await rename(join(root, folder), target);
    await chmod(target, 0o555);
    later.push({ ...described, folder: join(LATER, folder) });
  }
  return later.sort((one, other) => (one.publishedAt < other.publishedAt ? -1 : 1));
}

/** Folders three deep, as the vault makes them: year, two digits of the hash, the hash. */
async function entryFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const year of await namesIn(root, /^\d{4}$/)) {
    for (const digits of await namesIn(join(root, year), /^[0-9a-f]{2}$/)) {
      for (const hash of await namesIn(join(root, year, digits), /^[0-9a-f]{64}$/)) found.push(join(year, digits, hash));
    }
  }
  return found;
}

async function namesIn(folder: string, name: RegExp): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((entry) => name.test(entry)).sort();
}

const Record = z.object({ slug: z.string() });

async function describe(path: string, folder: string): Promise<LaterEntry> {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(path, name), 'utf8'));
  const manifest = Manifest.safeParse(await read(MANIFEST_FILE).catch(() => undefined));
  const record = Record.safeParse(await read(ENTRY_FILES.record).catch(() => undefined));
  const { kind, release, revision, publishedAt } = manifest.success
    ? manifest.data
    : { kind: 'entry' as const, release: 'unreadable', revision: 0, publishedAt: '' };
  return { folder, kind, release, revision, publishedAt, slug: record.success ? record.data.slug : null };
}

/** Makes entries read-only again, as the vault leaves them. */
export async function protectEntries(dataDir: string, folders: Iterable<string>): Promise<void> {
  for (const folder of folders) await protect(join(vaultRoot(dataDir), folder));
}

async function protect(path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) return chmod(path, 0o444);
  for (const name of await readdir(path)) await protect(join(path, name));
  await chmod(path, 0o555);
}
