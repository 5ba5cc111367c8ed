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

/**
 * Proof that the tree of the first `size` leaves is the beginning of the whole one (2.1.2); empty when they are the same tree.
 * Throws a RangeError when `size` is not between 1 and the number of leaves.
 */
export function consistencyProof(size: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (!(Number.isInteger(size) && size >= 1 && size <= leaves.length))
    throw new RangeError(`no tree of ${size} in one of ${leaves.length}`);
  return subproof(leaves, size, { from: 0, to: leaves.length, whole: true });
}

/** SUBPROOF of 2.1.2; `whole` says that the old tree's head is known to the verifier already. */
function subproof(leaves: readonly Uint8Array[], size: number, range: { from: number; to: number; whole: boolean }): Buffer[] {
  const { from, to, whole } = range;
  if (size === to) return whole ? [] : [subtree(leaves, from, to)];
  const middle = from + splitOf(to - from);
  return size <= middle
    ? [...subproof(leaves, size, { from, to: middle, whole }), subtree(leaves, middle, to)]
    : [...subproof(leaves, size, { from: middle, to, whole: false }), subtree(leaves, from, middle)];
}

/** True when the path leads from this leaf at `index` to the head of a tree of `size` leaves (RFC 9162, 2.1.3.2). */
export function provesInclusion(proof: {
  leaf: Uint8Array;
  index: number;
  size: number;
  path: readonly Uint8Array[];
  head: Uint8Array;
}): boolean {
  if (proof.index < 0 || proof.index >= proof.size) return false;
  let [place, last] = [proof.index, proof.size - 1];
  let hash: Buffer = Buffer.from(proof.leaf);
  for (const node of proof.path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(node, hash);
      // A last node without a sibling stands unchanged on the next levels.
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, node);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash.equals(proof.head);
}

type Head = { readonly size: number; readonly head: Uint8Array };

/** True when the path shows that the newer tree only added leaves to the older one (RFC 9162, 2.1.4.2). */
export function provesConsistency(older: Head, newer: Head, path: readonly Uint8Array[]): boolean {
  if (older.size < 1 || older.size > newer.size) return false;
  if (older.size === newer.size) return path.length === 0 && Buffer.from(older.head).equals(newer.head);
  const nodes = Number.isInteger(Math.log2(older.size)) ? [older.head, ...path] : [...path];
  let [place, last] = [older.size - 1, newer.size - 1];
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  const first = nodes.shift();
  if (!first) return false;
  let [oldHash, newHash]: [Buffer, Buffer] = [Buffer.from(first), Buffer.from(first)];
  for (const node of nodes) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [oldHash, newHash] = [nodeHash(node, oldHash), nodeHash(node, newHash)];
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      newHash = nodeHash(newHash, node);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && oldHash.equals(older.head) && newHash.equals(newer.head);
}
