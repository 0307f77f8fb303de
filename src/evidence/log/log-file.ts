import { err, type Fault, ok, type Result } from "#base";
import { sha256Binary } from "../merkle/hash.ts";
import { createTreeBuilder, type TreeBuilder } from "../merkle/tree-builder.ts";
import { maxRecordBytes } from "../store/append-writer.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";

/** One pass over a file whose lines are the leaves of a log. */
export type LogReading = Readonly<{
  /** Over the complete records; it can grow on. */
  tree: TreeBuilder;
  /** Bytes of those records, with their ends. */
  bytes: number;
  /** Bytes after the last complete record, as far as was read. */
  tornBytes: number;
  /** Root at the sizes asked for, where the log is that long. */
  rootAt: ReadonlyMap<number, Uint8Array>;
}>;

export type LogRange = Readonly<{
  /** Sizes whose roots are wanted. */
  sizes: readonly number[];
  /** Read no further than so many records. */
  stopAt?: number;
}>;

/** Hears of every record: its bytes without the newline, good during the call, and its number. */
export type RecordListener = (record: Buffer, number: number) => void;

const chunkBytes = 1 << 18;

/**
 * Reads a log's file with bounded memory; the leaf of a record is its bytes without the newline.
 * Faults: log_record_too_long, those of attemptIo.
 */
export function readLogFile(
  fs: FileSystem,
  path: string,
  range: LogRange,
  onRecord: RecordListener = () => undefined,
): Result<LogReading, Fault> {
  const read = attemptIo("read", path, () => {
    const file = fs.open(path, "read", 0);
    try {
      return readRecords(fs, file, range, onRecord);
    } finally {
      fs.close(file);
    }
  });
  if (!read.ok) return read;
  if (read.value !== null) return ok(read.value);
  const message = `a record is longer than ${maxRecordBytes} bytes, which no record of a log is`;
  return err({ code: "log_record_too_long", message, at: path });
}

/** Null when a record is too long. */
function readRecords(
  fs: FileSystem,
  file: number,
  { sizes, stopAt = Number.POSITIVE_INFINITY }: LogRange,
  onRecord: RecordListener,
): LogReading | null {
  const tree = createTreeBuilder();
  const rootAt = new Map<number, Uint8Array>();
  const leaf = Buffer.alloc(1 + maxRecordBytes);
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let [bytes, used, position] = [0, 1, 0];
  const note = (): void => {
    if (sizes.includes(tree.size)) rootAt.set(tree.size, tree.root());
  };
  note();
  while (tree.size < stopAt) {
    const count = fs.read(file, chunk, position);
    if (count === 0) break;
    position += count;
    for (let from = 0; from < count && tree.size < stopAt; ) {
      const end = chunk.subarray(0, count).indexOf(0x0a, from);
      const to = end < 0 ? count : end;
      if (used + to - from > leaf.length) return null;
      used += chunk.copy(leaf, used, from, to);
      from = to + 1;
      if (end < 0) break;
      const message = leaf.subarray(0, used);
      onRecord(message.subarray(1), tree.size);
      tree.appendBinary(sha256Binary(message));
      bytes += used;
      used = 1;
      note();
    }
  }
  return { tree, bytes, tornBytes: used - 1, rootAt };
}
