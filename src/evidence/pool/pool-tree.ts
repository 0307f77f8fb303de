import { assert } from "#base";
import { type BinaryHash, hashLength, sha256Binary } from "../merkle/hash.ts";
import type { NodeReader } from "../merkle/proof.ts";
import { createUpperTiles, tileNodes } from "../merkle/tile-nodes.ts";
import { createTreeBuilder } from "../merkle/tree-builder.ts";

/**
 * No pool holds more records: what stays in memory for each (32 bytes of leaf hash, about 40 of
 * its id) then stays below 200 MiB.
 */
export const maxPoolRecords: number = 1 << 21;

/** The RFC 9162 tree over the lines of a pool, with every leaf hash at hand for proofs. */
export type PoolTree = Readonly<{
  add: (leaf: BinaryHash) => void;
  readonly size: number;
  root: () => Uint8Array;
  /** The hash of a leaf, counted from 0. */
  leaf: (index: number) => BinaryHash;
  /** The nodes of the tree as it is now. */
  nodes: () => NodeReader;
}>;

export function createPoolTree(): PoolTree {
  const upper = createUpperTiles();
  const tree = createTreeBuilder(upper.onNode);
  let hashes = Buffer.allocUnsafe(1024 * hashLength);

  return {
    add(leaf): void {
      const at = tree.size * hashLength;
      if (at === hashes.length) hashes = Buffer.concat([hashes, Buffer.allocUnsafe(at)]);
      hashes.write(leaf, at, hashLength, "latin1");
      tree.appendBinary(leaf);
    },
    get size(): number {
      return tree.size;
    },
    root: tree.root,
    leaf(index): BinaryHash {
      assert(index >= 0 && index < tree.size, `no leaf ${index} in a tree of ${tree.size}`);
      return hashes.toString("latin1", index * hashLength, (index + 1) * hashLength);
    },
    nodes(): NodeReader {
      const read = (start: number, count: number): Uint8Array =>
        hashes.subarray(start * hashLength, (start + count) * hashLength);
      return tileNodes(tree.size, read, upper);
    },
  };
}

/** Hashes lines as leaves: SHA-256 of a zero byte and the line without its end. */
export function createLeafHasher(): (line: Uint8Array) => BinaryHash {
  let message = Buffer.alloc(1 << 14);
  return (line) => {
    if (line.length >= message.length) message = Buffer.alloc(line.length * 2);
    message.set(line, 1);
    return sha256Binary(message.subarray(0, line.length + 1));
  };
}
