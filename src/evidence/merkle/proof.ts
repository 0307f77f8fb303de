import { assert } from "#base";
import { emptyRoot, nodeHash } from "./hash.ts";

/**
 * Gives the hash of the perfect subtree of 2^level leaves that starts at leaf index * 2^level.
 * Proofs ask only for subtrees that lie whole inside the tree.
 */
export type NodeReader = (level: number, index: number) => Uint8Array;

/** PATH of RFC 9162 section 2.1.3.1: from the leaf's sibling up to the child of the root. */
export function inclusionProof(index: number, size: number, nodes: NodeReader): Uint8Array[] {
  assert(isCount(size) && isCount(index) && index < size, `no leaf ${index} in a tree of ${size}`);
  const proof: Uint8Array[] = [];
  let low = 0;
  let high = size;
  while (high - low > 1) {
    const split = low + largestPowerBelow(high - low);
    if (index < split) {
      proof.push(subtreeRoot(split, high, nodes));
      high = split;
    } else {
      proof.push(subtreeRoot(low, split, nodes));
      low = split;
    }
  }
  return proof.reverse();
}

/**
 * PROOF of RFC 9162 section 2.1.4.1: that the tree of the first `oldSize` leaves is a prefix of
 * the tree of `size` leaves. Empty when the sizes are equal or the old tree was empty.
 */
export function consistencyProof(oldSize: number, size: number, nodes: NodeReader): Uint8Array[] {
  assert(isCount(size) && isCount(oldSize) && oldSize <= size, `${oldSize} leaves of ${size}`);
  if (oldSize === 0 || oldSize === size) return [];
  const proof: Uint8Array[] = [];
  let low = 0;
  let high = size;
  // Descends until the range ends where the old tree ended.
  while (high !== oldSize) {
    const split = low + largestPowerBelow(high - low);
    if (oldSize <= split) {
      proof.push(subtreeRoot(split, high, nodes));
      high = split;
    } else {
      proof.push(subtreeRoot(low, split, nodes));
      low = split;
    }
  }
  // When the range is the whole old tree, the verifier has its root already.
  if (low > 0) proof.push(subtreeRoot(low, high, nodes));
  return proof.reverse();
}

/** The root of the first `size` leaves of a tree whose nodes these are. */
export function rootOfSize(size: number, nodes: NodeReader): Uint8Array {
  assert(isCount(size), `a tree has no size ${size}`);
  return size === 0 ? emptyRoot() : subtreeRoot(0, size, nodes);
}

/** The largest power of two strictly below n, for n > 1. */
function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/** The root over leaves low to high - 1, where low is a multiple of the power at or above. */
function subtreeRoot(low: number, high: number, nodes: NodeReader): Uint8Array {
  const size = high - low;
  let level = 0;
  let power = 1;
  while (power < size) {
    power *= 2;
    level += 1;
  }
  if (power === size) return nodes(level, low / size);
  const split = low + power / 2;
  return nodeHash(subtreeRoot(low, split, nodes), subtreeRoot(split, high, nodes));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
