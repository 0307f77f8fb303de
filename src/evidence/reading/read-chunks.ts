import { closeSync, readSync } from "node:fs";
import { err, ok, type Result } from "#base";
import type { KnownFile, LeafPlace } from "../seal/file-leaves.ts";
import { systemCode } from "../store/io-fault.ts";
import { type HashedFile, hashHere, type StartHasher } from "./file-hasher.ts";
import { openRegular } from "./open-regular.ts";
import type { Problem } from "./problem.ts";

/** What a file is, found out while reading it. */
export type FileFacts = KnownFile;

/**
 * Hands a regular file over in pieces, whose memory is reused, and hashes it on the way. A file
 * that grows while it is read is a problem: what was judged is not what is there.
 */
export function readChunks(
  path: string,
  onChunk: (chunk: Buffer) => void,
  startHasher: StartHasher = hashHere,
): Result<FileFacts, Problem> {
  const opened = openRegular(path);
  if (!opened.ok) return opened;
  const { descriptor, bytes: expected } = opened.value;
  const hasher = startHasher(expected, path);
  let bytes = 0;
  try {
    for (;;) {
      const room = hasher.room();
      const count = readSync(descriptor, room, 0, room.length, null);
      if (count === 0) break;
      bytes += count;
      if (bytes > expected) break;
      hasher.take(count);
      onChunk(room.subarray(0, count));
    }
  } catch (cause) {
    const code = systemCode(cause);
    if (code === null) throw cause;
    return err({ code: "file_unreadable", detail: `cannot be read: ${code}` });
  } finally {
    closeSync(descriptor);
  }
  const hashed = hasher.end();
  if (bytes !== expected) return err({ code: "file_changed", detail: "changed while being read" });
  return ok(factsOf(bytes, hashed));
}

function factsOf(bytes: number, { sha256, leaves }: HashedFile): FileFacts {
  return {
    bytes,
    get sha256(): string {
      return sha256();
    },
    get leaves(): LeafPlace | null {
      return leaves();
    },
  };
}
