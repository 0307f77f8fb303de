import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { Defect, type Fault } from "#base";
import { ioFault } from "../store/io-fault.ts";

/** What a finished file is: enough for the seal and the counts of the summary. */
export type FileRecord = Readonly<{ bytes: number; lines: number; sha256: string }>;

/**
 * One writer of one file. Text is ASCII by contract of its callers (ids, numbers, base64), so a
 * character is a byte. After the first failed write the file is dead: nothing is written again,
 * `failure` says why, and the run must stop.
 */
export type LineFile = Readonly<{
  readonly failure: Fault | null;
  readonly lines: number;
  /** Appends one record; the line end is added here. */
  line: (text: string) => void;
  /** Appends raw bytes that are no record. */
  bytes: (data: Uint8Array) => void;
  /** Flushes, syncs and closes; null after a failure. */
  finish: () => FileRecord | null;
}>;

/** How many bytes are gathered before they are handed to the system. */
const chunkBytes = 1 << 18;

export function createLineFile(path: string): LineFile {
  const file = createPoisonableFile(path);
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let used = 0;
  let lines = 0;

  function flush(): void {
    file.write(chunk.subarray(0, used));
    used = 0;
  }

  /** A record may be longer than the chunk; it then goes out in pieces. */
  function text(value: string): void {
    for (let at = 0; at < value.length; ) {
      if (used === chunkBytes) flush();
      const end = Math.min(value.length, at + chunkBytes - used);
      const piece = end - at === value.length ? value : value.slice(at, end);
      used += chunk.write(piece, used, "latin1");
      at = end;
    }
  }

  return {
    get failure(): Fault | null {
      return file.failure();
    },
    get lines(): number {
      return lines;
    },
    line(value): void {
      if (used + value.length + 1 > chunkBytes) flush();
      text(value);
      text("\n");
      lines += 1;
    },
    bytes(data): void {
      for (let at = 0; at < data.length; ) {
        if (used === chunkBytes) flush();
        const part = data.subarray(at, at + chunkBytes - used);
        chunk.set(part, used);
        used += part.length;
        at += part.length;
      }
    },
    finish(): FileRecord | null {
      flush();
      const written = file.finish();
      return written === null ? null : { ...written, lines };
    },
  };
}

type PoisonableFile = Readonly<{
  failure: () => Fault | null;
  write: (data: Buffer) => void;
  finish: () => Omit<FileRecord, "lines"> | null;
}>;

/** A file and its digest; its first failure is its last act. */
function createPoisonableFile(path: string): PoisonableFile {
  const digest = createHash("sha256");
  let descriptor: number | null = null;
  let failure: Fault | null = null;
  let bytes = 0;

  function attempt(act: () => void): void {
    if (failure !== null) return;
    try {
      act();
    } catch (cause) {
      failure = ioFault("write", path, cause);
    }
  }

  // Exclusive: two writers of one file, or a file that was there before, is never right.
  attempt(() => {
    descriptor = openSync(path, "wx", 0o644);
  });

  return {
    failure: () => failure,
    write(data): void {
      if (data.length === 0) return;
      attempt(() => {
        if (descriptor === null) throw new Defect(`write after the end of ${path}`);
        // A write may be short; what was written is never written twice.
        for (let at = 0; at < data.length; ) at += writeSync(descriptor, data, at);
        digest.update(data);
        bytes += data.length;
      });
    },
    finish(): Omit<FileRecord, "lines"> | null {
      attempt(() => {
        if (descriptor !== null) fsyncSync(descriptor);
      });
      if (descriptor !== null) closeQuietly(descriptor);
      descriptor = null;
      return failure === null ? { bytes, sha256: digest.digest("hex") } : null;
    },
  };
}

/** After a sync nothing is left to lose; after a failure the first reason is the one to tell. */
function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // The descriptor is gone either way.
  }
}
