import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';

/**
 * A Merkle tree in the format `standard-v1` of OpenZeppelin's StandardMerkleTree, whose proofs its MerkleProof contract verifies:
 * leaves are hashed twice and sorted, pairs are sorted before they are hashed. Here all values have 32 bytes: numbers and digests.
 */

/** A number in decimal digits, or 32 bytes as `0x` and 64 hex digits. */
export type Word = string;

export interface MerkleTree {
  format: 'standard-v1';
  leafEncoding: string[];
  /** The root first; the children of node n are 2n+1 and 2n+2. */
  tree: string[];
  values: { value: Word[]; treeIndex: number }[];
}

/** @param values of a leaf each, one word for each encoding; at least one leaf */
export function merkleTree(values: Word[][], leafEncoding: string[]): MerkleTree {
  const leaves = values
    .map((value, i) => ({ i, hash: keccak_256(keccak_256(concatBytes(...value.map(wordOf)))) }))
    .sort((a, b) => compare(a.hash, b.hash));
  const nodes: Uint8Array[] = new Array(2 * leaves.length - 1);
  const places = new Map<number, number>();
  for (const [n, { i, hash }] of leaves.entries()) {
    nodes[nodes.length - 1 - n] = hash;
    places.set(i, nodes.length - 1 - n);
  }
  for (let n = leaves.length - 2; n >= 0; n -= 1)
    nodes[n] = keccak_256(concatBytes(...[nodes[2 * n + 1]!, nodes[2 * n + 2]!].sort(compare)));
  return {
    format: 'standard-v1',
    leafEncoding,
    tree: nodes.map((node) => `0x${bytesToHex(node)}`),
    values: values.map((value, i) => ({ value, treeIndex: places.get(i)! })),
  };
}

function wordOf(word: Word): Uint8Array {
  return hexToBytes(word.startsWith('0x') ? word.slice(2) : BigInt(word).toString(16).padStart(64, '0'));
}

function compare(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}
