import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '../platform/canonical.ts';
import type { Database } from '../schema/database.ts';
import { type Difference, findDifference } from './folder.ts';
import { findUnkeptReceipt, headOf, keptAmong, type LeafRow, leavesOf, loadLeafRows, type TreeHead } from './log.ts';
import { MANIFEST_FILE, Manifest, manifestText } from './manifest.ts';
import { leafHash } from './merkle.ts';
import { BUILDING, folderOf, noteOf, vaultRoot } from './vault.ts';
import { compareWithTruth } from './verify-entry.ts';

export type VerifyResult = {
  readonly ok: boolean;
  readonly entries: number;
  readonly closings: number;
  readonly files: number;
  readonly bytes: number;
  /** Head of the log as checked; compare it with one noted earlier. */
  readonly head: TreeHead;
  /** The first thing that is not as it was put there. */
  readonly difference: Difference | undefined;
};

/** What verification needs of the program's services. */
export type VerifySource = { readonly database: Database; readonly config: { readonly dataDir: string } };

/**
 * Reads the whole archive again: every leaf in order, its manifest, every byte of every file, the revision it keeps, what html and feeds wrote of
 * it, and that nothing else lies there; with `noted`, that the log still begins with the one whose head that was. Stops at the first difference and
 * names it. Needs no lock: the archive may grow meanwhile.
 */
export async function verifyArchive(source: VerifySource, noted?: TreeHead): Promise<VerifyResult> {
  const rows = await loadLeafRows(source.database);
  const sums = { entries: 0, closings: 0, files: 0, bytes: 0 };
  let difference: Difference | undefined;
  for (const [index, row] of rows.entries()) {
    const checked = await verifyLeaf(source, row, index);
    if ('problem' in checked) {
      difference = checked;
      break;
    }
    sums[row.kind === 'entry' ? 'entries' : 'closings'] += 1;
    sums.files += checked.files.length + 1;
    sums.bytes += checked.files.reduce((sum, file) => sum + file.bytes, 0);
  }
  difference ??= (await findUnkept(source)) ?? (await findStranger(source, rows));
  const leaves = leavesOf(rows);
  difference ??= noted && differenceFromNoted(leaves, noted);
  const head = headOf(leaves);
  return { ok: difference === undefined, ...sums, head, difference };
}

/** Whoever owns machine and database could have written a whole new archive: only a head that was kept elsewhere tells. */
function differenceFromNoted(leaves: readonly Buffer[], noted: TreeHead): Difference | undefined {
  const at = `the head noted of ${noted.size} leaves`;
  if (leaves.length < noted.size) return { at, problem: `is of a longer log than this one of ${leaves.length}: leaves are missing` };
  const { hash } = headOf(leaves.slice(0, noted.size));
  return hash === noted.hash ? undefined : { at, problem: `is another than theirs now, ${hash}: the archive was written anew` };
}

/** One leaf against its folder and against what SQL says; its manifest when all agree. */
async function verifyLeaf({ database, config }: VerifySource, row: LeafRow, index: number): Promise<Manifest | Difference> {
  const at = `archive_log ${row.index}`;
  if (row.index !== index) return { at, problem: `follows ${index - 1}: the leaves in between are missing` };
  const folder = join(vaultRoot(config.dataDir), row.folder);
  const manifest = await readManifest(join(folder, MANIFEST_FILE), row);
  if ('problem' in manifest) return manifest;
  if (row.folder !== folderOf(manifest, row.manifest_hash))
    return { at, problem: `names the folder ${row.folder}, which is not its manifest’s` };
  if (manifest.kind !== row.kind || manifest.release !== row.release || manifest.revision !== row.n) {
    return { at, problem: 'is not the leaf of the revision its manifest names' };
  }
  return (await findDifference(folder, manifest)) ?? (await compareWithTruth(database, { folder, manifest })) ?? manifest;
}

async function readManifest(path: string, row: LeafRow): Promise<Manifest | Difference> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { at: path, problem: 'is missing' };
  if (sha256Hex(text) !== row.manifest_hash) return { at: path, problem: `does not have the SHA-256 of leaf ${row.index}` };
  if (leafHash(text).toString('hex') !== row.leaf_hash)
    return { at: `archive_log ${row.index}`, problem: 'does not have the leaf hash of its manifest' };
  const parsed = Manifest.safeParse(JSON.parse(text));
  if (!parsed.success) return { at: path, problem: 'is not a manifest of this program’s format' };
  return manifestText(parsed.data) === text ? parsed.data : { at: path, problem: 'is not canonical JSON' };
}

/** A revision whose receipt says that it is kept, and that the log does not know. */
async function findUnkept({ database }: VerifySource): Promise<Difference | undefined> {
  const receipt = await findUnkeptReceipt(database);
  return (
    receipt && {
      at: `receipt ${receipt.release} ${receipt.n}`,
      problem: 'says that the revision is archived, but the log has no leaf of it',
    }
  );
}

/** Names that folders above the kept ones may have: the year, two digits of the hash. */
const ABOVE = [/^\d{4}$/, /^[0-9a-f]{2}$/];

/** Something among the archive's folders that no leaf names. What an archive worker has under its hands just now is none. */
async function findStranger(source: VerifySource, rows: readonly LeafRow[]): Promise<Difference | undefined> {
  const root = vaultRoot(source.config.dataDir);
  const known = new Set(rows.map((row) => row.folder));
  async function look(below: string, depth: number): Promise<Difference | undefined> {
    for (const entry of await readdir(join(root, below), { withFileTypes: true }).catch(() => [])) {
      const path = join(below, entry.name);
      if (known.has(path) || path === BUILDING) continue;
      const ours = entry.isDirectory() && (depth === ABOVE.length ? await isUnderWay(source, entry.name) : ABOVE[depth]!.test(entry.name));
      if (!ours) return { at: join(root, path), problem: 'is named by no leaf of the log' };
      const found = depth < ABOVE.length ? await look(path, depth + 1) : undefined;
      if (found) return found;
    }
    return undefined;
  }
  return look('', 0);
}

/** Its leaf came after ours were read, or its worker has not committed yet: the next worker takes it over or removes it. */
async function isUnderWay({ database, config }: VerifySource, hash: string): Promise<boolean> {
  if ((await keptAmong(database, [hash])).size > 0) return true;
  return readFile(noteOf(vaultRoot(config.dataDir), hash)).then(
    () => true,
    () => false,
  );
}
