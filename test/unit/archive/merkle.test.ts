import { describe, expect, test } from 'vitest';
import { inclusionProof, leafHash, treeHead } from '../../../src/shared/archive/merkle.ts';
import { nodeHash, provesInclusion } from '../../support/inclusion.ts';

// The entries and heads that implementations of RFC 6962 are commonly tested with.
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const HEADS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const LEAVES = ENTRIES.map((hex) => leafHash(Buffer.from(hex, 'hex')));
const hexOf = (nodes: readonly Buffer[]) => nodes.map((node) => node.toString('hex'));

describe('the Merkle tree of RFC 6962', () => {
  test.each(HEADS.map((head, size) => [size, head] as const))('the head of %i known entries is the known one', (size, head) => {
    expect(treeHead(LEAVES.slice(0, size)).toString('hex')).toBe(head);
  });

  test('the proofs of the seven-leaf example of section 2.1.3 name the nodes the RFC names', () => {
    const d = LEAVES.slice(0, 7);
    const [a, b, c, dd, e, f, j] = d as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
    const [g, h, i] = [nodeHash(a, b), nodeHash(c, dd), nodeHash(e, f)];
    const [k, l] = [nodeHash(g, h), nodeHash(i, j)];
    expect(treeHead(d)).toEqual(nodeHash(k, l));
    expect(hexOf(inclusionProof(0, d))).toEqual(hexOf([b, h, l]));
    expect(hexOf(inclusionProof(3, d))).toEqual(hexOf([c, g, l]));
    expect(hexOf(inclusionProof(4, d))).toEqual(hexOf([f, j, k]));
    expect(hexOf(inclusionProof(6, d))).toEqual(hexOf([i, k]));
  });

  const many = Array.from({ length: 33 }, (_, index) => leafHash(`entry ${index}`));

  test('every leaf of every tree up to 33 proves its inclusion, and no other leaf, place or head passes with its path', () => {
    for (let size = 1; size <= many.length; size += 1) {
      const leaves = many.slice(0, size);
      const head = treeHead(leaves);
      for (let index = 0; index < size; index += 1) {
        const proof = { leaf: leaves[index]!, index, size, path: inclusionProof(index, leaves), head };
        expect(provesInclusion(proof)).toBe(true);
        expect(provesInclusion({ ...proof, leaf: leafHash('another') })).toBe(false);
        expect(provesInclusion({ ...proof, head: leafHash('another') })).toBe(false);
        expect(provesInclusion({ ...proof, path: [...proof.path, head] })).toBe(false);
        if (size > 1) expect(provesInclusion({ ...proof, path: proof.path.slice(1) })).toBe(false);
      }
    }
  });

  test('asking for a leaf that is not there is refused', () => {
    expect(() => inclusionProof(3, many.slice(0, 3))).toThrow(RangeError);
  });
});
