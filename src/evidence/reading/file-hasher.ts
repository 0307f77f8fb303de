import { createHash } from "node:crypto";
import type { LeafPlace } from "../seal/file-leaves.ts";
import { slackBytes } from "./scan/cursor.ts";

/** Digests one file while it is read, in the memory that it gives for it. */
export type FileHasher = Readonly<{
  /** Where the next piece is to be read into; the same until something is taken. */
  room: () => Buffer;
  /** So many bytes of the room are the next piece, and stay as they are until one is read. */
  take: (bytes: number) => void;
  /** After the last piece. */
  end: () => HashedFile;
}>;

/** What came of a file. It may still be in the making until it is asked for. */
export type HashedFile = Readonly<{
  /** 64 hex. */
  sha256: () => string;
  /** Where in the leaf hashes of its run all its lines stand; null = that is not known. */
  leaves: () => LeafPlace | null;
}>;

/** Begins with a file of this size. */
export type StartHasher = (bytes: number, path: string) => FileHasher;

const pieceBytes = 1 << 20;

/** For files whose digest nobody asks for; it is empty. */
export function hashNothing(bytes: number): FileHasher {
  const room = roomFor(bytes);
  return { room: () => room, take: () => {}, end: () => hashed("") };
}

/** Digests on the spot. */
export function hashHere(bytes: number): FileHasher {
  const digest = createHash("sha256");
  const room = roomFor(bytes);
  return {
    room: () => room,
    take: (count) => void digest.update(room.subarray(0, count)),
    end: () => hashed(digest.digest("hex")),
  };
}

function hashed(sha256: string): HashedFile {
  return { sha256: () => sha256, leaves: () => null };
}

/** Scanners look at whole words, beyond the end of what was read. */
function roomFor(bytes: number): Buffer {
  const size = Math.min(pieceBytes, bytes + 1);
  return Buffer.allocUnsafe(size + slackBytes).subarray(0, size);
}
