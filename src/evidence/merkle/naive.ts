import { emptyRoot, leafHash, nodeHash } from "./hash.ts";

/**
 * The definitions of RFC 9162 section 2.1 as they stand there: recursive, slow, obviously right.
 * The tests hold the fast tree and its proofs against them.
 */
export function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return emptyRoot();
  if (leaves.length === 1) return leafHash(first);
  const split = naiveSplit(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

/** PATH(m, D[n]) of section 2.1.3.1. */
export function naiveInclusion(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const split = naiveSplit(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return index < split
    ? [...naiveInclusion(index, left), naiveRoot(right)]
    : [...naiveInclusion(index - split, right), naiveRoot(left)];
}

/** PROOF(m, D[n]) of section 2.1.4.1, for 0 < m. */
export function naiveConsistency(size: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  return subproof(size, leaves, true);
}

function subproof(size: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (size === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const split = naiveSplit(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return size <= split
    ? [...subproof(size, left, whole), naiveRoot(right)]
    : [...subproof(size - split, right, false), naiveRoot(left)];
}

/** The largest power of two below n. */
function naiveSplit(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}
