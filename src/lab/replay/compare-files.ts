import { closeSync, openSync, readSync } from "node:fs";

/** Where two files first differ. */
export type Difference = Readonly<{
  file: string;
  /** Bytes before the first difference. */
  offset: number;
  /** Counted from 1. */
  line: number;
  /** What stands there, up to 60 bytes; `(end of file)` where one ends. */
  recorded: string;
  replayed: string;
}>;

/** Compares two files piece by piece; null = equal in every byte. Throws as fs does. */
export function firstDifference(
  file: string,
  recordedPath: string,
  replayedPath: string,
): Difference | null {
  const recorded = openSync(recordedPath, "r");
  try {
    const replayed = openSync(replayedPath, "r");
    try {
      return compareOpen(file, recorded, replayed);
    } finally {
      closeSync(replayed);
    }
  } finally {
    closeSync(recorded);
  }
}

const pieceBytes = 1 << 18;
const excerptBytes = 60;
/** How much of an excerpt stands before the difference. */
const leadBytes = 20;
const lineEnd = 0x0a;

function compareOpen(file: string, recorded: number, replayed: number): Difference | null {
  const left = Buffer.allocUnsafe(pieceBytes);
  const right = Buffer.allocUnsafe(pieceBytes);
  let offset = 0;
  let line = 1;
  for (;;) {
    const leftBytes = readFull(recorded, left, offset);
    const rightBytes = readFull(replayed, right, offset);
    const same = commonPrefix(left.subarray(0, leftBytes), right.subarray(0, rightBytes));
    line += countLineEnds(left.subarray(0, same));
    offset += same;
    if (same < Math.max(leftBytes, rightBytes)) {
      const shown = { recorded: excerpt(recorded, offset), replayed: excerpt(replayed, offset) };
      return { file, offset, line, ...shown };
    }
    if (leftBytes < pieceBytes) return null;
  }
}

/** A read may be short in the middle of a file. */
function readFull(descriptor: number, into: Buffer, position: number): number {
  let bytes = 0;
  while (bytes < into.length) {
    const count = readSync(descriptor, into, bytes, into.length - bytes, position + bytes);
    if (count === 0) break;
    bytes += count;
  }
  return bytes;
}

function commonPrefix(left: Buffer, right: Buffer): number {
  const shared = Math.min(left.length, right.length);
  if (left.compare(right, 0, shared, 0, shared) === 0) return shared;
  let same = 0;
  while (left[same] === right[same]) same += 1;
  return same;
}

function countLineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lineEnd); at >= 0; at = bytes.indexOf(lineEnd, at + 1)) count += 1;
  return count;
}

/** The surroundings of an offset in printable signs, other bytes as `\xNN`. */
function excerpt(descriptor: number, offset: number): string {
  const from = Math.max(0, offset - leadBytes);
  const bytes = Buffer.allocUnsafe(excerptBytes);
  const count = readFull(descriptor, bytes, from);
  if (from + count <= offset) return "(end of file)";
  return [...bytes.subarray(0, count)].map(printable).join("");
}

function printable(byte: number): string {
  if (byte === lineEnd) return "\\n";
  if (byte >= 0x20 && byte <= 0x7e) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
