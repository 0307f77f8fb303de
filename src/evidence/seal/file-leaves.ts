import { createHash, type Hash } from "node:crypto";
import type { BinaryHash } from "../merkle/hash.ts";
import type { FileSystem } from "../store/file-system.ts";
import {
  createLineLeaf,
  digestLeaf,
  documentLeaf,
  hashLeafMessage,
  type LeafMessage,
  type LineLeaf,
  lineDigestLeaf,
  maxLeafBody,
} from "./leaf.ts";
import type { LeafForm } from "./seal-files.ts";

/** A file read through once. */
export type FileDigest = Readonly<{
  size: number;
  sha256: string;
  leaves: number;
  /** False when the last line has no end. */
  whole: boolean;
}>;

/** Leaf number `first_leaf` of a tree and the `leaves - 1` after it. */
export type LeafPlace = Readonly<{ first_leaf: number; leaves: number }>;

/** What somebody else found out about a file who read it through just now. */
export type KnownFile = Readonly<{
  bytes: number;
  sha256: string;
  /** Where in the leaf hashes of the run its lines stand, all of them; null = that is not known. */
  leaves?: LeafPlace | null;
}>;

/** Takes a file's leaves in order: the hash, and the message that is only good during the call. */
export type LeafSink = (leaf: BinaryHash, message: LeafMessage) => void;

const chunkBytes = 1 << 20;

/**
 * Reads an open file to its end: its SHA-256, unless that is known, and its leaves into the sink.
 * Memory does not grow with the file or its longest line. Throws as the port does.
 */
export function readLeaves(
  fs: FileSystem,
  file: number,
  path: string,
  form: LeafForm,
  sink: LeafSink,
  known: KnownFile | null = null,
): FileDigest {
  const digest = known === null ? createHash("sha256") : null;
  const leaves = form === "lines" ? lineLeaves(path, sink) : createWhole(path, sink);
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, fs.stat(file).size + 1));
  let size = 0;
  for (;;) {
    const count = fs.read(file, chunk, size);
    if (count === 0) break;
    const piece = chunk.subarray(0, count);
    digest?.update(piece);
    leaves.take(piece);
    size += count;
  }
  const sha256 = digest?.digest("hex") ?? known?.sha256 ?? "";
  return { size, sha256, ...leaves.end(size, sha256) };
}

/** Takes a file piece by piece. */
type Leaves = Readonly<{
  take: (piece: Buffer) => void;
  end: (size: number, sha256: string) => Pick<FileDigest, "leaves" | "whole">;
}>;

function createWhole(path: string, sink: LeafSink): Leaves {
  const start: Buffer[] = [];
  let kept = 0;
  return {
    take(piece): void {
      if (kept > maxLeafBody) return;
      kept += piece.length;
      // Past the bound the content is not needed; the digest stands for it.
      if (kept > maxLeafBody) start.length = 0;
      else start.push(Buffer.from(piece));
    },
    end(size, sha256): Pick<FileDigest, "leaves" | "whole"> {
      const isSmall = size <= maxLeafBody;
      const message = isSmall
        ? documentLeaf(path, Buffer.concat(start))
        : digestLeaf(path, size, sha256);
      sink(hashLeafMessage(message), message);
      return { leaves: 1, whole: true };
    },
  };
}

/** A line too long for its leaf, being digested. */
type LongLine = { digest: Hash; size: number };

/** The leaves of a file of records. */
export function lineLeaves(path: string, sink: LeafSink): Leaves {
  const leaf = createLineLeaf(path);
  let long: LongLine | null = null;
  let number = 1;
  let isEmpty = true;
  leaf.start(1);

  function add(piece: Buffer, from: number, to: number): void {
    isEmpty &&= from === to;
    if (long === null && leaf.add(piece, from, to)) return;
    long ??= startLong(leaf);
    long.digest.update(piece.subarray(from, to));
    long.size += to - from;
  }

  function endLine(): void {
    const message =
      long === null
        ? leaf.message()
        : lineDigestLeaf(path, number, long.size, long.digest.digest("hex"));
    sink(hashLeafMessage(message), message);
    long = null;
    isEmpty = true;
    number += 1;
    leaf.start(number);
  }

  return {
    take(piece): void {
      let at = 0;
      for (;;) {
        const end = piece.indexOf(0x0a, at);
        if (end < 0) break;
        add(piece, at, end);
        endLine();
        at = end + 1;
      }
      if (at < piece.length) add(piece, at, piece.length);
    },
    end(): Pick<FileDigest, "leaves" | "whole"> {
      const whole = isEmpty;
      // A reader that goes on finds the place of the damage; a seal refuses such a file.
      if (!whole) endLine();
      return { leaves: number - 1, whole };
    },
  };
}

function startLong(leaf: LineLeaf): LongLine {
  const body = leaf.body();
  return { digest: createHash("sha256").update(body), size: body.length };
}
