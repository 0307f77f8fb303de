import type { Fault, Result } from "#base";
import { maxRecordBytes } from "../store/append-writer.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";

export type LineVisitor = Readonly<{
  /**
   * The bytes of a line without its end, good during the call only; numbers count from 1, and
   * `end` is the offset behind the line's end.
   */
  line: (bytes: Buffer, number: number, end: number) => void;
  /** A line longer than any record; its bytes are let go. */
  tooLong: (number: number) => void;
}>;

/** How far the whole lines reach, and what follows them without a line end. */
export type PoolEnd = Readonly<{ lines: number; bytes: number; tornBytes: number }>;

const chunkBytes = 1 << 20;

/**
 * Streams the lines of a pool or snapshot as they were when it was opened; a line that a writer is
 * just finishing is read to its end. Memory does not grow with the file. Faults: of attemptIo.
 */
export function readPool(
  fs: FileSystem,
  path: string,
  visitor: LineVisitor,
): Result<PoolEnd, Fault> {
  return attemptIo("read", path, () => {
    const file = fs.open(path, "read", 0);
    try {
      return scan(fs, file, visitor);
    } finally {
      fs.close(file);
    }
  });
}

function scan(fs: FileSystem, file: number, visitor: LineVisitor): PoolEnd {
  const { size } = fs.stat(file);
  const room = Buffer.allocUnsafe(Math.min(size + 1, chunkBytes) + maxRecordBytes);
  const step = room.length - maxRecordBytes;
  let [held, position, number] = [0, 0, 1];
  /** Offset behind the last line end. */
  let bytes = 0;
  /** Bytes of a line over the bound that were let go. */
  let skipped = 0;
  while (bytes < size) {
    const count = fs.read(file, room.subarray(held, held + step), position);
    if (count === 0) break;
    position += count;
    held += count;
    const filled = room.subarray(0, held);
    let from = 0;
    while (bytes < size) {
      const end = filled.indexOf(lineEnd, from);
      if (end < 0) break;
      bytes += skipped + end - from + 1;
      if (skipped === 0 && end - from <= maxRecordBytes) {
        visitor.line(filled.subarray(from, end), number, bytes);
      } else if (skipped === 0) visitor.tooLong(number);
      skipped = 0;
      number += 1;
      from = end + 1;
    }
    room.copyWithin(0, from, held);
    held -= from;
    if (held <= maxRecordBytes) continue;
    if (skipped === 0) visitor.tooLong(number);
    skipped += held;
    held = 0;
  }
  return { lines: number - 1, bytes, tornBytes: bytes < size ? skipped + held : 0 };
}

const lineEnd = 0x0a;
