import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { Defect, type Fault } from "#base";
import { ioFault } from "../store/io-fault.ts";
import { createLineFile, type FileRecord } from "./line-file.ts";

/**
 * A NumPy array file, version 1.0: float32 little-endian, C order, one row per genome in the order
 * of births. The row count stands in the header, so the header is written last, into the room kept
 * for it.
 */
export type NpyFile = Readonly<{
  readonly failure: Fault | null;
  row: (weights: Float32Array) => void;
  finish: () => FileRecord | null;
}>;

/** Magic, version, length and text of the header together; a multiple of 64 as NumPy wants. */
export const npyHeaderBytes = 128;

export function createNpyFile(path: string, columns: number): NpyFile {
  const file = createLineFile(path);
  file.bytes(new Uint8Array(npyHeaderBytes).fill(0x20));
  let rows = 0;
  let failure: Fault | null = null;
  return {
    get failure(): Fault | null {
      return failure ?? file.failure;
    },
    row(weights): void {
      if (weights.length !== columns) throw new Defect(`an npy row has ${columns} columns`);
      file.bytes(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength));
      rows += 1;
    },
    finish(): FileRecord | null {
      const written = file.finish();
      if (written === null) return null;
      try {
        return { ...writeHeader(path, npyHeader(rows, columns)), lines: rows };
      } catch (cause) {
        failure = ioFault("write", path, cause);
        return null;
      }
    },
  };
}

/** The header of a (rows, columns) float32 array: magic, version 1.0, then a Python literal. */
export function npyHeader(rows: number, columns: number): Buffer {
  const header = Buffer.alloc(npyHeaderBytes, 0x20);
  header.write("\x93NUMPY\x01\x00", "latin1");
  header.writeUInt16LE(npyHeaderBytes - 10, 8);
  header.write(`{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`, 10);
  header[npyHeaderBytes - 1] = 0x0a;
  return header;
}

/** Writes the header into its room, then reads the file once for its digest. */
function writeHeader(path: string, header: Buffer): Omit<FileRecord, "lines"> {
  const descriptor = openSync(path, "r+");
  try {
    for (let at = 0; at < header.length; ) {
      at += writeSync(descriptor, header, at, header.length - at, at);
    }
    fsyncSync(descriptor);
    const digest = createHash("sha256");
    const chunk = Buffer.allocUnsafe(1 << 18);
    let bytes = 0;
    for (;;) {
      const read = readSync(descriptor, chunk, 0, chunk.length, bytes);
      if (read === 0) break;
      digest.update(chunk.subarray(0, read));
      bytes += read;
    }
    return { bytes, sha256: digest.digest("hex") };
  } finally {
    closeSync(descriptor);
  }
}
