import { closeSync, readSync } from "node:fs";
import { err, type Fault, ok, type Result } from "#base";
import { openRegular } from "./open-regular.ts";
import { reasonOf, systemCode } from "./system-code.ts";

const chunkBytes = 1 << 20;

/** Yields a regular file in pieces of at most 1 MiB; a fault is the last thing it yields. */
export function* chunksOf(path: string, at: string): Generator<Result<Buffer, Fault>, void> {
  const opened = openRegular(path, at);
  if (!opened.ok) {
    yield opened;
    return;
  }
  const { descriptor, bytes } = opened.value;
  const room = Buffer.allocUnsafe(Math.min(chunkBytes, bytes + 1));
  try {
    for (;;) {
      const count = readPiece(descriptor, room, at);
      if (!count.ok) {
        yield count;
        return;
      }
      if (count.value === 0) return;
      yield ok(room.subarray(0, count.value));
    }
  } finally {
    closeSync(descriptor);
  }
}

function readPiece(descriptor: number, room: Buffer, at: string): Result<number, Fault> {
  try {
    return ok(readSync(descriptor, room, 0, room.length, null));
  } catch (cause) {
    const code = systemCode(cause);
    if (code === null) throw cause;
    return err({ code: "file_unreadable", message: `cannot be read: ${reasonOf(code)}`, at });
  }
}
