import type { Selectable } from 'kysely';
import type { Connection, Tx } from '../schema/database.ts';
import type { Tables } from '../schema/tables.ts';
import type { Manifest } from './manifest.ts';
import { leafHash, treeHead } from './merkle.ts';
import type { Placed } from './vault.ts';

export type LeafRow = Selectable<Tables['archive_log']>;

/** The size of the log and the hash over everything in it: kept elsewhere, it proves that nothing was changed or removed since. */
export type TreeHead = { readonly size: number; readonly hash: string };

/** The leaf of that revision's entry or closing note; undefined while it is not in the archive. */
export async function findLeaf(db: Connection, leaf: Pick<LeafRow, 'release' | 'n' | 'kind'>): Promise<LeafRow | undefined> {
  return db
    .selectFrom('archive_log')
    .selectAll()
    .where('release', '=', leaf.release)
    .where('n', '=', leaf.n)
    .where('kind', '=', leaf.kind)
    .executeTakeFirst();
}

/** Appends the leaf of a placed folder. The caller holds the lock `channel:archive`, so the next index is nobody else's. */
export async function appendLeaf(tx: Tx, manifest: Manifest, placed: Placed): Promise<void> {
  const { newest } = await tx
    .selectFrom('archive_log')
    .select((row) => row.fn.max('index').as('newest'))
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('archive_log')
    .values({
      index: newest === null ? 0 : newest + 1,
      release: manifest.release,
      n: manifest.revision,
      kind: manifest.kind,
      folder: placed.folder,
      manifest_hash: placed.hash,
      leaf_hash: leafHash(placed.text).toString('hex'),
    })
    .execute();
}

/** Which of these manifests have a leaf. */
export async function keptAmong(db: Connection, hashes: readonly string[]): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await db
    .selectFrom('archive_log')
    .select('manifest_hash')
    .where('manifest_hash', 'in', [...hashes])
    .execute();
  return new Set(rows.map((row) => row.manifest_hash));
}

/** The whole log, oldest first. */
export async function loadLeafRows(db: Connection): Promise<LeafRow[]> {
  return db.selectFrom('archive_log').selectAll().orderBy('index').execute();
}

/** A receipt of the archive that is done although the log has no entry of its revision. */
export async function findUnkeptReceipt(db: Connection): Promise<{ release: string; n: number } | undefined> {
  return db
    .selectFrom('receipts')
    .leftJoin('archive_log', (join) =>
      join
        .onRef('archive_log.release', '=', 'receipts.release')
        .onRef('archive_log.n', '=', 'receipts.n')
        .on('archive_log.kind', '=', 'entry'),
    )
    .select(['receipts.release', 'receipts.n'])
    .where('receipts.channel', '=', 'archive')
    .where('receipts.state', '=', 'done')
    .where('archive_log.index', 'is', null)
    .orderBy('receipts.publication')
    .limit(1)
    .executeTakeFirst();
}

/** The hashes the tree is made of. */
export function leavesOf(rows: readonly LeafRow[]): Buffer[] {
  return rows.map((row) => Buffer.from(row.leaf_hash, 'hex'));
}

/** The head of the tree over these leaves. */
export function headOf(leaves: readonly Buffer[]): TreeHead {
  return { size: leaves.length, hash: treeHead(leaves).toString('hex') };
}
