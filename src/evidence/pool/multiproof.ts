import { equalHashes, nodeHash } from "../merkle/hash.ts";
import type { NodeReader } from "../merkle/proof.ts";

/** Leaves from..to - 1; lists of them ascend and do not touch. */
export type LeafRange = Readonly<{ from: number; to: number }>;

/**
 * One proof for many leaves of an RFC 9162 tree: the hash of every largest perfect subtree that
 * holds none of them, from left to right. With the leaves themselves they make up the whole tree,
 * so a proof of all leaves is empty. Clause pools.md 5.5.
 */
export function multiproof(
  chosen: readonly LeafRange[],
  size: number,
  nodes: NodeReader,
): Uint8Array[] {
  const proof: Uint8Array[] = [];
  const holds = createPicker(chosen);

  function cover(low: number, high: number): void {
    if (!holds(low, high) && isPerfect(high - low)) {
      proof.push(nodes(levelOf(high - low), low / (high - low)));
    } else if (high - low > 1) {
      const split = low + leftCount(high - low);
      cover(low, split);
      cover(split, high);
    }
  }

  if (size > 0) cover(0, size);
  return proof;
}

export type MultiproofClaim = Readonly<{
  chosen: readonly LeafRange[];
  size: number;
  /** The hash of the next chosen leaf; asked for once each, in their order. */
  nextLeaf: () => Uint8Array;
  proof: readonly Uint8Array[];
  root: Uint8Array;
}>;

/** Are the leaves at these places of the tree with this root? Every hash must be needed. */
export function verifyMultiproof(claim: MultiproofClaim): boolean {
  const { chosen, size, nextLeaf, proof, root } = claim;
  if (!areRanges(chosen, size) || size < 1) return false;
  const holds = createPicker(chosen);
  let used = 0;

  function hashOf(low: number, high: number): Uint8Array | null {
    if (!holds(low, high) && isPerfect(high - low)) return proof[used++] ?? null;
    if (high - low === 1) return nextLeaf();
    const split = low + leftCount(high - low);
    const left = hashOf(low, split);
    const right = left === null ? null : hashOf(split, high);
    return left === null || right === null ? null : nodeHash(left, right);
  }

  const found = hashOf(0, size);
  return found !== null && used === proof.length && equalHashes(found, root);
}

/** Tells whether a range holds a chosen leaf; asked about ranges whose starts never go back. */
function createPicker(chosen: readonly LeafRange[]): (low: number, high: number) => boolean {
  let at = 0;
  return (low, high) => {
    for (let range = chosen[at]; range !== undefined && range.to <= low; range = chosen[at]) {
      at += 1;
    }
    const next = chosen[at];
    return next !== undefined && next.from < high;
  };
}

function areRanges(ranges: readonly LeafRange[], size: number): boolean {
  let end = -1;
  for (const { from, to } of ranges) {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return false;
    if (from <= end || from < 0 || to <= from || to > size) return false;
    end = to;
  }
  return true;
}

function isPerfect(count: number): boolean {
  return 2 ** levelOf(count) === count;
}

/** Leaves in the left half of RFC 9162: the largest power of two below, for more than one leaf. */
function leftCount(count: number): number {
  return 2 ** (levelOf(count) - 1);
}

/** The height of the smallest perfect tree with so many leaves. */
function levelOf(count: number): number {
  let level = 0;
  for (let power = 1; power < count; power *= 2) level += 1;
  return level;
}
