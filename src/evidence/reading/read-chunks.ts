import { createHash } from "node:crypto";
import { closeSync, readSync } from "node:fs";
import { err, ok, type Result } from "#base";
import { systemCode } from "../store/io-fault.ts";
import { openRegular } from "./open-regular.ts";
import type { Problem } from "./problem.ts";
import { slackBytes } from "./scan/cursor.ts";

/** What a file is, found out while reading it. */
export type FileFacts = Readonly<{ bytes: number; sha256: string }>;

const chunkBytes = 1 << 20;

/**
 * Hands a regular file over in pieces of at most 1 MiB, whose memory is reused, and hashes it on
 * the way. A file that grows while it is read is a problem: what was judged is not what is there.
 */
export function readChunks(
  path: string,
  onChunk: (chunk: Buffer) => void,
): Result<FileFacts, Problem> {
  const opened = openRegular(path);
  if (!opened.ok) return opened;
  const { descriptor, bytes: expected } = opened.value;
  const digest = createHash("sha256");
  const size = Math.min(chunkBytes, expected + 1);
  const room = Buffer.allocUnsafe(size + slackBytes).subarray(0, size);
  let bytes = 0;
  try {
    for (;;) {
      const count = readSync(descriptor, room, 0, room.length, null);
      if (count === 0) break;
      bytes += count;
      if (bytes > expected) break;
      const chunk = room.subarray(0, count);
      digest.update(chunk);
      onChunk(chunk);
    }
  } catch (cause) {
    const code = systemCode(cause);
    if (code === null) throw cause;
    return err({ code: "file_unreadable", detail: `cannot be read: ${code}` });
  } finally {
    closeSync(descriptor);
  }
  if (bytes !== expected) return err({ code: "file_changed", detail: "changed while being read" });
  return ok({ bytes, sha256: digest.digest("hex") });
}
