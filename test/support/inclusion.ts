import { createHash } from 'node:crypto';

/* Checks a proof of the archive as somebody else would, from the text of RFC 9162 and nothing of ours. */

/** The hash of two nodes (2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
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
