import { assert } from "#base";
import {
  type BinaryHash,
  binaryToHash,
  emptyRoot,
  hashLength,
  hashToBinary,
  nodeHashBinary,
} from "./hash.ts";

/** Hears of every perfect subtree when its last leaf arrives; level 0 are the leaves. */
export type NodeListener = (level: number, index: number, node: BinaryHash) => void;

/** An RFC 9162 tree that only grows; it keeps one hash per level and nothing else. */
export type TreeBuilder = Readonly<{
  /** Adds the hash of the next leaf: 32 bytes. */
  append: (leaf: Uint8Array) => void;
  appendBinary: (leaf: BinaryHash) => void;
  /** The root over the leaves so far; may be asked at any time. */
  root: () => Uint8Array;
  readonly size: number;
}>;

export function createTreeBuilder(onNode: NodeListener | null = null): TreeBuilder {
  // frontier[level] is the perfect subtree of that height that waits for its right sibling.
  const frontier: (BinaryHash | null)[] = [];
  let size = 0;

  function appendBinary(leaf: BinaryHash): void {
    let node = leaf;
    let level = 0;
    let index = size;
    onNode?.(0, index, node);
    for (;;) {
      const left = frontier[level] ?? null;
      if (left === null) break;
      frontier[level] = null;
      node = nodeHashBinary(left, node);
      level += 1;
      index = Math.floor(index / 2);
      onNode?.(level, index, node);
    }
    frontier[level] = node;
    size += 1;
  }

  return {
    appendBinary,
    append(leaf: Uint8Array): void {
      assert(leaf.length === hashLength, `a leaf hash has ${hashLength} bytes, not ${leaf.length}`);
      appendBinary(hashToBinary(leaf));
    },
    root(): Uint8Array {
      let right: BinaryHash | null = null;
      for (const left of frontier) {
        if (left === null) continue;
        right = right === null ? left : nodeHashBinary(left, right);
      }
      return right === null ? emptyRoot() : binaryToHash(right);
    },
    get size(): number {
      return size;
    },
  };
}
