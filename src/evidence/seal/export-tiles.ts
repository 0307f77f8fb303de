import { dirname, join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { type BinaryHash, binaryToHash, equalHashes, sha256Binary } from "../merkle/hash.ts";
import { encodeEntries, encodeTile, type Tile, tilePath, tileWidth } from "../merkle/tiles.ts";
import { createTreeBuilder, type TreeBuilder } from "../merkle/tree-builder.ts";
import { createDocument, makeDirectories, readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { readUnverifiedCheckpoint } from "./checkpoint.ts";
import { readLeaves } from "./file-leaves.ts";
import { parseFileTable } from "./file-table.ts";
import { sealFiles } from "./seal-files.ts";

/** A log as static files by C2SP tlog-tiles, written entry by entry. */
type TileWriter = Readonly<{
  /** The next entry: the bytes of a leaf. */
  add: (entry: Uint8Array) => Result<void, Fault>;
  /** Writes what is partial, and the checkpoint when it is that of these entries. */
  finish: (checkpoint: Uint8Array) => Result<void, Fault>;
}>;

/**
 * Writes into a directory that has none of these files yet. Memory grows by an eighth of a byte
 * per entry. Faults: tiles_differ (the checkpoint is of another tree), those of attemptIo.
 */
function createTileWriter(target: string, fs: FileSystem = nodeFileSystem): TileWriter {
  const levels: BinaryHash[][] = [];
  const tree: TreeBuilder = createTreeBuilder((level, _index, node) => {
    if (level % 8 === 0) (levels[level / 8] ??= []).push(node);
  });
  let entries: Uint8Array[] = [];

  function put(path: string, bytes: Uint8Array): Result<void, Fault> {
    const made = makeDirectories(fs, dirname(join(target, path)));
    return made.ok ? createDocument(fs, join(target, path), bytes) : made;
  }

  function putBundle(): Result<void, Fault> {
    const index = Math.ceil(tree.size / tileWidth) - 1;
    const tile: Tile = { level: "entries", index, width: entries.length };
    const bytes = encodeEntries(entries);
    entries = [];
    const bundled = put(tilePath(tile), bytes);
    // Leaf hashes of full tiles are not needed again; those of upper levels are few.
    const leaves = levels[0]?.splice(0) ?? [];
    return bundled.ok ? putTile(0, index, leaves) : bundled;
  }

  function putTile(
    level: number,
    index: number,
    hashes: readonly BinaryHash[],
  ): Result<void, Fault> {
    return put(
      tilePath({ level, index, width: hashes.length }),
      encodeTile(hashes.map(binaryToHash)),
    );
  }

  return {
    add(entry): Result<void, Fault> {
      const message = Buffer.concat([Buffer.of(0), entry]);
      entries.push(message.subarray(1));
      tree.appendBinary(sha256Binary(message));
      return entries.length === tileWidth ? putBundle() : ok(undefined);
    },
    finish(checkpoint): Result<void, Fault> {
      const read = readUnverifiedCheckpoint(checkpoint);
      if (!read.ok) return read;
      if (read.value.size !== tree.size || !equalHashes(read.value.root, tree.root())) {
        return err({
          code: "tiles_differ",
          message: "the checkpoint is not that of these entries",
        });
      }
      const last = entries.length === 0 ? ok(undefined) : putBundle();
      if (!last.ok) return last;
      for (const [level, hashes] of levels.entries()) {
        for (let at = 0; level > 0 && at < hashes.length; at += tileWidth) {
          const written = putTile(level, at / tileWidth, hashes.slice(at, at + tileWidth));
          if (!written.ok) return written;
        }
      }
      return put("checkpoint", checkpoint);
    },
  };
}

/**
 * Writes the log of a sealed run as tiles into another directory, for tools that read such logs.
 * Faults: those of createTileWriter and of reading the seal; nothing is verified but the root.
 */
export function exportRunTiles(
  directory: string,
  target: string,
  fs: FileSystem = nodeFileSystem,
): Result<void, Fault> {
  const tableBytes = readDocument(fs, join(directory, sealFiles.table));
  const table = tableBytes.ok ? parseFileTable(tableBytes.value) : tableBytes;
  if (!table.ok) return table;
  const checkpoint = readDocument(fs, join(directory, sealFiles.checkpoint));
  if (!checkpoint.ok) return checkpoint;
  const writer = createTileWriter(target, fs);
  let failed: Result<void, Fault> = ok(undefined);
  const files = [...table.value.files, { path: sealFiles.table, form: "whole" as const }];
  for (const { path, form } of files) {
    const at = join(directory, path);
    const read = attemptIo("read", at, () => {
      const file = fs.open(at, "read", 0);
      try {
        readLeaves(fs, file, path, form, (_leaf, message) => {
          if (failed.ok) failed = writer.add(message.subarray(1));
        });
      } finally {
        fs.close(file);
      }
    });
    if (!read.ok) return read;
    if (!failed.ok) return failed;
  }
  return writer.finish(checkpoint.value);
}
