import { assert, Defect } from "#base";
import { binaryToHash, hashLength, nodeHash } from "./hash.ts";
import type { NodeReader } from "./proof.ts";
import { tileWidth } from "./tiles.ts";
import { createTreeBuilder, type NodeListener } from "./tree-builder.ts";

const tileHeight = 8;

/** Gives the 32-byte hashes of leaves start to start + count - 1 in a row. */
export type LeafHashReader = (start: number, count: number) => Uint8Array;

/**
 * The nodes of a tree whose leaf hashes lie in a row somewhere else. What tiles above level 0 hold
 * (an eighth of a byte per leaf) is kept; the rest is read and hashed when asked for.
 */
export function tileNodes(
  size: number,
  readLeaves: LeafHashReader,
  upper: UpperTiles = upperTilesOf(size, readLeaves),
): NodeReader {
  const { levels } = upper;

  function hashesAt(tileLevel: number, start: number, count: number): Uint8Array {
    if (tileLevel === 0) return readLeaves(start, count);
    const hashes = levels[tileLevel - 1] ?? [];
    const bytes = new Uint8Array(count * hashLength);
    for (let at = 0; at < count; at++) bytes.set(hashes[start + at] ?? missing(), at * hashLength);
    return bytes;
  }

  return (level, index) => {
    const tileLevel = Math.floor(level / tileHeight);
    const count = 2 ** (level % tileHeight);
    const start = index * count;
    assert((index + 1) * 2 ** level <= size, `node ${level}/${index} is not whole in ${size}`);
    return fold(hashesAt(tileLevel, start, count));
  };
}

/** Collects what tiles above level 0 hold while a tree grows: level L at index L - 1. */
export type UpperTiles = Readonly<{ onNode: NodeListener; levels: readonly Uint8Array[][] }>;

export function createUpperTiles(): UpperTiles {
  const levels: Uint8Array[][] = [];
  const onNode: NodeListener = (level, _index, node) => {
    if (level === 0 || level % tileHeight !== 0) return;
    const at = level / tileHeight - 1;
    levels[at] ??= [];
    levels[at].push(binaryToHash(node));
  };
  return { onNode, levels };
}

function upperTilesOf(size: number, readLeaves: LeafHashReader): UpperTiles {
  const upper = createUpperTiles();
  const builder = createTreeBuilder(upper.onNode);
  for (let start = 0; start < size; start += tileWidth) {
    const count = Math.min(tileWidth, size - start);
    const bytes = Buffer.from(readLeaves(start, count));
    assert(bytes.length === count * hashLength, "the leaf hashes are too few");
    for (let at = 0; at < bytes.length; at += hashLength) {
      builder.appendBinary(bytes.toString("latin1", at, at + hashLength));
    }
  }
  return upper;
}

/** The root of a power of two of hashes in a row. */
function fold(bytes: Uint8Array): Uint8Array {
  let row: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += hashLength)
    row.push(Uint8Array.from(bytes.subarray(at, at + hashLength)));
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at + 1 < row.length; at += 2) {
      above.push(nodeHash(row[at] ?? missing(), row[at + 1] ?? missing()));
    }
    row = above;
  }
  return row[0] ?? missing();
}

function missing(): never {
  throw new Defect("a tile lacks a hash that its width promises");
}
