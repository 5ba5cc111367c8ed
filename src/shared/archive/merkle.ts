import { createHash } from 'node:crypto';

/*
 * The Merkle tree of RFC 6962 section 2.1 over SHA-256. Nodes are 32-byte buffers; a tree is the list of its leaf hashes, oldest first.
 * Every archive entry is a leaf: with the head of the tree kept elsewhere, nobody can change or remove an entry unseen.
 */

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** Hash of one entry: SHA-256 over 0x00 and the entry's bytes (2.1). */
export function leafHash(entry: string | Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(entry).digest();
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/** Largest power of two smaller than `size`; `size` is at least 2. */
function splitOf(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}

/** The Merkle Tree Hash of these leaves; of none, the SHA-256 of nothing (2.1). */
export function treeHead(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  return subtree(leaves, 0, leaves.length);
}

function subtree(leaves: readonly Uint8Array[], from: number, to: number): Buffer {
  if (to - from === 1) return Buffer.from(leaves[from]!);
  const middle = from + splitOf(to - from);
  return nodeHash(subtree(leaves, from, middle), subtree(leaves, middle, to));
}

/** The audit path of leaf `index`, nearest node first (2.1.1). Throws a RangeError when there is no such leaf. */
export function inclusionProof(index: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (!(Number.isInteger(index) && index >= 0 && index < leaves.length)) throw new RangeError(`no leaf ${index} among ${leaves.length}`);
  return auditPath(leaves, index, { from: 0, to: leaves.length });
}

function auditPath(leaves: readonly Uint8Array[], index: number, { from, to }: { from: number; to: number }): Buffer[] {
  if (to - from === 1) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...auditPath(leaves, index, { from, to: middle }), subtree(leaves, middle, to)]
    : [...auditPath(leaves, index, { from: middle, to }), subtree(leaves, from, middle)];
}
