import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { endianness } from "node:os";
import { assert, Defect, err, type Fault, ok, type Result } from "#base";
import { writeFault } from "./node-faults.ts";

/**
 * Writes rows of a fixed number of little-endian float64, the form of bars.bin and funding.bin.
 * A write that fails is remembered and told at the end, so that a reader feeding it need not stop.
 */
export type RowWriter = Readonly<{
  add: (values: readonly number[]) => void;
  /** Flushes to the disk and closes; what was written and its digest, or why it was not. */
  end: () => Result<Readonly<{ rows: number; sha256: string }>, Fault>;
  /** Closes without a word, for a file that will be removed. */
  abandon: () => void;
}>;

const bufferRows = 4096;
const float64Bytes = 8;

/** Creates the file, which must not exist. Faults: disk_full, disk_write_failed. */
export function createRowWriter(path: string, width: number): Result<RowWriter, Fault> {
  assertLittleEndian();
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (cause) {
    return err(writeFault(cause, path));
  }
  const hash = createHash("sha256");
  const buffer = new Float64Array(bufferRows * width);
  let buffered = 0;
  let rows = 0;
  let failure: Fault | null = null;

  function attempt(write: () => void): void {
    if (failure !== null) return;
    try {
      write();
    } catch (cause) {
      failure = writeFault(cause, path);
    }
  }

  function flush(): void {
    const bytes = new Uint8Array(buffer.buffer, 0, buffered * width * float64Bytes);
    hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  }

  return ok({
    add(values): void {
      if (values.length !== width) throw new Defect(`a row has ${width} values`);
      buffer.set(values, buffered * width);
      buffered += 1;
      rows += 1;
      if (buffered < bufferRows) return;
      attempt(flush);
      buffered = 0;
    },
    end(): Result<Readonly<{ rows: number; sha256: string }>, Fault> {
      attempt(flush);
      attempt(() => fsyncSync(file));
      closeSync(file);
      return failure === null ? ok({ rows, sha256: hash.digest("hex") }) : err(failure);
    },
    abandon: () => closeSync(file),
  });
}

/** Reads rows by position into columns; memory does not depend on the file. */
export type RowReaderAt = (start: number, count: number, into: readonly Float64Array[]) => void;

/** `file` stays open and owned by the caller. */
export function createRowReaderAt(file: number, width: number): RowReaderAt {
  assertLittleEndian();
  const buffer = new Float64Array(bufferRows * width);
  const bytes = new Uint8Array(buffer.buffer);
  const rowBytes = width * float64Bytes;

  return (start, count, into) => {
    for (let done = 0; done < count; ) {
      const rows = Math.min(bufferRows, count - done);
      readFully(file, bytes.subarray(0, rows * rowBytes), (start + done) * rowBytes);
      for (let field = 0; field < width; field += 1) {
        const column = into[field];
        if (column === undefined) continue;
        for (let row = 0; row < rows; row += 1) {
          column[done + row] = buffer[row * width + field] ?? 0;
        }
      }
      done += rows;
    }
  };
}

/** SHA-256 of an open file from its first byte, streamed, and its size. */
export function hashOpenFile(file: number): Readonly<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(1_048_576);
  let bytes = 0;
  for (;;) {
    const read = readSync(file, chunk, 0, chunk.length, bytes);
    if (read === 0) return { bytes, sha256: hash.digest("hex") };
    hash.update(chunk.subarray(0, read));
    bytes += read;
  }
}

function readFully(file: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length; ) {
    const read = readSync(file, into, done, into.length - done, position + done);
    // The size was verified when the file was opened: it shrank under us.
    if (read === 0) throw new Defect("a dataset file became shorter while it was open");
    done += read;
  }
}

function assertLittleEndian(): void {
  assert(endianness() === "LE", "datasets are little-endian; this machine is not");
}
