import { createHash } from "node:crypto";
import { type BinaryHash, hashLength } from "../merkle/hash.ts";
import type { NodeReader } from "../merkle/proof.ts";
import { createUpperTiles, type LeafHashReader, tileNodes } from "../merkle/tile-nodes.ts";
import { createTreeBuilder, type TreeBuilder } from "../merkle/tree-builder.ts";
import { writeAll } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";

/** Writes the leaf hashes of a run in a row while its tree grows. Throws as the port does. */
export type LeafHashWriter = Readonly<{
  add: (leaf: BinaryHash) => void;
  tree: TreeBuilder;
  /** Ends the file and gives its SHA-256; it is durable when the files of the seal are settled. */
  finish: () => string;
  /** Lets go of the file when there will be no seal. */
  abandon: () => void;
  /** The tree's nodes, after finish. */
  nodes: () => NodeReader;
}>;

const batchBytes = 8192 * hashLength;

export function createLeafHashWriter(fs: FileSystem, path: string): LeafHashWriter {
  const file = fs.open(path, "create", 0o644);
  const upper = createUpperTiles();
  const tree = createTreeBuilder(upper.onNode);
  const digest = createHash("sha256");
  const batch = Buffer.allocUnsafe(batchBytes);
  let used = 0;
  let isOpen = true;

  function flush(): void {
    const bytes = batch.subarray(0, used);
    writeAll(fs, file, bytes);
    digest.update(bytes);
    used = 0;
  }

  function close(): void {
    if (isOpen) fs.close(file);
    isOpen = false;
  }

  return {
    tree,
    add(leaf): void {
      tree.appendBinary(leaf);
      used += batch.write(leaf, used, hashLength, "latin1");
      if (used === batchBytes) flush();
    },
    finish(): string {
      flush();
      close();
      return digest.digest("hex");
    },
    abandon: close,
    nodes: () => tileNodes(tree.size, readLeafHashes(fs, path), upper),
  };
}

/** Opens the file for each request: proofs are few and ask for little. */
export function readLeafHashes(fs: FileSystem, path: string): LeafHashReader {
  return (start, count) => {
    const file = fs.open(path, "read", 0);
    try {
      const bytes = Buffer.alloc(count * hashLength);
      const got = fs.read(file, bytes, start * hashLength);
      return bytes.subarray(0, got);
    } finally {
      fs.close(file);
    }
  };
}
