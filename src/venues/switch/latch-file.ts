import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { type Latch, type LatchLog, latchLine, readLatchLog } from "#safety";

/** A log of acts on a latch; a longer one is moved aside by a person. */
const maxLogBytes = 1 << 20;

/** What tells one state of the log from the next: it only grows. */
export type LatchMark = Readonly<{ size: number; changedMs: number; file: number }>;

/** Null while there is no log. Throws as the system does. */
export function markLatchLog(path: string): LatchMark | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  return { size: stats.size, changedMs: stats.mtimeMs, file: stats.ino };
}

/** `readable` is false where the latch is engaged because nobody can tell what its log says. */
export type LoadedLog = LatchLog & Readonly<{ readable: boolean }>;

/** Whatever keeps the log from being read leaves the latch engaged. */
export function loadLatchLog(path: string): LoadedLog {
  try {
    const text = readLog(path);
    if (text === "") return { ...engaged("latch_empty"), readable: true };
    return text === null ? engaged("latch_too_long") : { ...readLatchLog(text), readable: true };
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return withoutLog(path);
    if (codeOf(cause) === null) throw cause;
    return engaged("latch_unreadable");
  }
}

/**
 * Only a halt makes the folder, and its log in the same breath: a folder without one, and a log
 * without a line, had one or are about to. Readable, since what comes next in the log counts.
 */
function withoutLog(path: string): LoadedLog {
  try {
    const folder = lstatSync(dirname(path), { throwIfNoEntry: false });
    if (folder === undefined) return { ...readLatchLog(""), readable: true };
    return { ...engaged("latch_gone"), readable: true };
  } catch {
    return engaged("latch_unreadable");
  }
}

/**
 * Appends one act; durable when it returns ok. `linesBefore` is what the actor saw.
 * Fault: latch_not_written.
 */
export function appendLatch(
  path: string,
  latch: Exclude<Latch, { state: "clear" }>,
  linesBefore: number,
): Result<void, Fault> {
  try {
    const folder = dirname(path);
    makeFolder(folder);
    const file = openSync(path, appendFlags, 0o644);
    try {
      if (!fstatSync(file).isFile()) throw Object.assign(new Error("no file"), { code: "EINVAL" });
      // One write of one line: a line that a crash left without its end stays a line of its own.
      const line = `${hasOpenEnd(path) ? "\n" : ""}${latchLine(latch, linesBefore)}\n`;
      writeSync(file, line);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    syncFolder(folder);
    return ok(undefined);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === null) throw cause;
    const message = `the halt latch cannot be written (${code}); it holds in memory only`;
    return err({ code: "latch_not_written", message, at: path });
  }
}

const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const appendFlags =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK;

function readLog(path: string): string | null {
  const file = openSync(path, readFlags);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw Object.assign(new Error("not a file"), { code: "EINVAL" });
    if (stats.size > maxLogBytes) return null;
    const bytes = Buffer.alloc(maxLogBytes + 1);
    let size = 0;
    for (;;) {
      const count = readSync(file, bytes, size, bytes.length - size, size);
      if (count === 0) return bytes.toString("utf8", 0, size);
      size += count;
      if (size > maxLogBytes) return null;
    }
  } finally {
    closeSync(file);
  }
}

function hasOpenEnd(path: string): boolean {
  const file = openSync(path, readFlags);
  try {
    const { size } = fstatSync(file);
    if (size === 0) return false;
    const last = Buffer.alloc(1);
    readSync(file, last, 0, 1, size - 1);
    return last[0] !== 0x0a;
  } finally {
    closeSync(file);
  }
}

/** One after another: where the system makes no folders (`/proc`), node's recursion never ends. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (cause) {
    // Another process that halts made it first.
    if (codeOf(cause) !== "EEXIST") throw cause;
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function engaged(reason: string): LoadedLog {
  const latch = { state: "latched", sinceMs: 0, source: "halt latch", reason } as const;
  return { latch, lines: 0, readable: false };
}

function codeOf(cause: unknown): string | null {
  if (!(cause instanceof Error && "code" in cause)) return null;
  return typeof cause.code === "string" ? cause.code : null;
}
