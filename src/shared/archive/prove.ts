import { NotFound } from '../platform/failure.ts';
import type { Connection } from '../schema/database.ts';
import { findLeaf, headOf, leavesOf, loadLeafRows, type TreeHead } from './log.ts';
import { inclusionProof } from './merkle.ts';

/** What leads from one entry to the head of the log, for whoever has the entry and a noted head and nothing else. Hashes are hexadecimal. */
export type EntryProof = {
  /** Below DATA_DIR/archive. */
  readonly folder: string;
  readonly leaf: string;
  readonly index: number;
  /** The audit path of RFC 6962 section 2.1.1, nearest node first. */
  readonly path: readonly string[];
  readonly head: TreeHead;
};

/** Proves that a revision's entry is in the log of now, or of its first `size` leaves. Throws NotFound while it is not in there. */
export async function proveEntry(db: Connection, entry: { release: string; n: number; size?: number | undefined }): Promise<EntryProof> {
  const leaves = leavesOf(await loadLeafRows(db)).slice(0, entry.size);
  const row = await findLeaf(db, { release: entry.release, n: entry.n, kind: 'entry' });
  if (row === undefined || row.index >= leaves.length) throw new NotFound('archive entry', `${entry.release} ${entry.n}`);
  return {
    folder: row.folder,
    leaf: row.leaf_hash,
    index: row.index,
    path: inclusionProof(row.index, leaves).map((node) => node.toString('hex')),
    head: headOf(leaves),
  };
}
