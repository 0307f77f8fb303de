import { dirname } from "node:path";
import { assert, err, type Fault, ok, type Result } from "#base";
import { type Landed, maxRecordBytes } from "./append-writer.ts";
import { draftSuffix, writeAll } from "./document.ts";
import type { FileSystem } from "./file-system.ts";
import { attemptIo } from "./io-fault.ts";

/** What recovery left in the file, and the torn bytes it moved out of it. */
export type Recovered = Landed & Readonly<{ torn: TornTail | null }>;

export type TornTail = Readonly<{ from: number; bytes: number; sideFile: string }>;

/**
 * Makes a file of records whole after a crash. A complete record ends in a newline. A tail that
 * was being written when the power went (unterminated, or with sectors that never reached the disk
 * and read as zeroes) is copied to a side file `NAME.torn-OFFSET` and then cut off. Anything else
 * that is wrong, and anything wrong before `acknowledgedBytes`, is damage and not a torn tail: the
 * fault store_damaged names the line, and nothing is changed. Doing it again changes nothing.
 */
export function recoverRecords(
  fs: FileSystem,
  path: string,
  acknowledgedBytes: number,
): Result<Recovered, Fault> {
  const scanned = attemptIo("read", path, () => scan(fs, path));
  if (!scanned.ok) return scanned;
  const { records, bytes, size, bad } = scanned.value;
  if (size < acknowledgedBytes) {
    const message = `${size} bytes, but ${acknowledgedBytes} had landed: the end is gone`;
    return err({ code: "store_damaged", message, at: path });
  }
  if (bad === "none") return ok({ records, bytes, torn: null });
  if (bad === "damaged" || bytes < acknowledgedBytes) {
    const message = "a record is damaged, not torn by a crash; restore the file from a copy";
    return err({ code: "store_damaged", message, at: `${path} line ${records + 1}` });
  }
  const aside = setAside(fs, path, bytes, "torn");
  return aside.ok ? ok({ records, bytes, torn: aside.value }) : aside;
}

/**
 * Moves what follows the first `from` bytes to a side file `NAME.LABEL-FROM`: durable there before
 * it is cut off here. Doing it again after a crash changes nothing. Faults: those of attemptIo.
 */
export function setAside(
  fs: FileSystem,
  path: string,
  from: number,
  label: string,
): Result<TornTail, Fault> {
  return attemptIo("write", path, () => {
    const size = fs.look(path)?.size ?? from;
    const sideFile = keepTail(fs, path, { from, size, label });
    cut(fs, path, from);
    return { from, bytes: size - from, sideFile };
  });
}

type Tail = Readonly<{ from: number; size: number; label: string }>;

/**
 * - none: the file is whole.
 * - torn: its first bad record looks like a write that a crash interrupted.
 * - damaged: it does not.
 */
type Badness = "none" | "torn" | "damaged";

type Scan = Readonly<{ records: number; bytes: number; size: number; bad: Badness }>;

const chunkBytes = 1 << 18;

/** Counts the good records before the first bad one. */
function scan(fs: FileSystem, path: string): Scan {
  const file = fs.open(path, "read", 0);
  try {
    const { size } = fs.stat(file);
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const line: LineSigns = { length: 0, control: false, nul: false };
    let [records, bytes] = [0, 0];
    for (let position = 0; position < size; ) {
      const count = fs.read(file, chunk, position);
      assert(count > 0, `${path} shrank while it was read`);
      for (let at = 0; at < count; at++) {
        if (takeByte(line, chunk[at] ?? 0)) continue;
        if (line.nul) return { records, bytes, size, bad: "torn" };
        if (line.control || line.length === 0) return { records, bytes, size, bad: "damaged" };
        records += 1;
        bytes += line.length + 1;
        line.length = 0;
      }
      position += count;
    }
    return { records, bytes, size, bad: line.length > 0 ? "torn" : "none" };
  } finally {
    fs.close(file);
  }
}

type LineSigns = { length: number; control: boolean; nul: boolean };

/** False at the end of the line. */
function takeByte(line: LineSigns, byte: number): boolean {
  if (byte === 0x0a) return line.length > maxRecordBytes ? endTooLong(line) : false;
  line.length += 1;
  if (byte < 0x20) {
    line.control = true;
    line.nul ||= byte === 0;
  }
  return true;
}

function endTooLong(line: LineSigns): false {
  line.control = true;
  return false;
}

/** Copies the tail to a side file whose name no other tail has. The side file is durable. */
function keepTail(fs: FileSystem, path: string, { from, size, label }: Tail): string {
  for (let copy = 1; ; copy++) {
    const sideFile = `${path}.${label}-${from}${copy === 1 ? "" : `.${copy}`}`;
    if (fs.look(sideFile) === null) {
      const draft = `${sideFile}${draftSuffix}`;
      copyTail(fs, path, draft, from, size);
      fs.rename(draft, sideFile);
    } else if (!holdsTail(fs, path, sideFile, from, size)) {
      continue;
    }
    fs.syncDirectory(dirname(path));
    return sideFile;
  }
}

function copyTail(fs: FileSystem, path: string, to: string, from: number, size: number): void {
  if (fs.look(to) !== null) fs.unlink(to);
  const source = fs.open(path, "read", 0);
  try {
    const target = fs.open(to, "create", 0o444);
    try {
      for (const piece of pieces(fs, source, from, size)) writeAll(fs, target, piece);
      fs.sync(target);
    } finally {
      fs.close(target);
    }
  } finally {
    fs.close(source);
  }
}

/** Whether a recovery that crashed after copying has kept these very bytes. */
function holdsTail(
  fs: FileSystem,
  path: string,
  side: string,
  from: number,
  size: number,
): boolean {
  const [left, right] = [fs.open(path, "read", 0), fs.open(side, "read", 0)];
  try {
    if (fs.stat(right).size !== size - from) return false;
    const kept = pieces(fs, right, 0, size - from);
    for (const piece of pieces(fs, left, from, size)) {
      const other = kept.next();
      if (other.done === true || Buffer.compare(piece, other.value) !== 0) return false;
    }
    return true;
  } finally {
    fs.close(left);
    fs.close(right);
  }
}

function* pieces(fs: FileSystem, file: number, from: number, to: number): Generator<Uint8Array> {
  for (let at = from; at < to; ) {
    const piece = new Uint8Array(Math.min(chunkBytes, to - at));
    const count = fs.read(file, piece, at);
    assert(count > 0, "a file shrank while it was read");
    yield piece.subarray(0, count);
    at += count;
  }
}

function cut(fs: FileSystem, path: string, size: number): void {
  const file = fs.open(path, "append", 0);
  try {
    fs.truncate(file, size);
    fs.sync(file);
  } finally {
    fs.close(file);
  }
}
