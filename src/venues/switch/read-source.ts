import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { SourceReading, StopReading } from "#safety";

/** No word is longer; what is, is not read to its end. */
const maxWordBytes = 64;

/** O_NONBLOCK keeps a FIFO from hanging the open; a regular file does not care. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const buffer = Buffer.alloc(maxWordBytes + 1);

/** The variable EXECUTION_HALTED; unset it is no source, set to nothing it is an empty one. */
export function readSwitchVariable(value: string | undefined): SourceReading {
  if (value === undefined) return { state: "not_configured" };
  if (value === "") return { state: "empty" };
  return value.length > maxWordBytes ? { state: "too_long" } : { state: "text", text: value };
}

/**
 * One look at the file of the switch, about five microseconds: never follows a link but the one of
 * a mounted ConfigMap (`NAME -> ..data/NAME`), never waits, never reads more than a word.
 */
export function readSwitchFile(path: string): SourceReading {
  try {
    return readWord(path);
  } catch (cause) {
    if (codeOf(cause) !== "ELOOP") return troubleOf(cause);
  }
  try {
    if (readlinkSync(path) !== join("..data", basename(path))) return { state: "link" };
    return readWord(join(dirname(path), "..data", basename(path)));
  } catch (cause) {
    return troubleOf(cause);
  }
}

/** Whether something is at the path of the STOP file; a link that leads nowhere is something. */
export function readStopFile(path: string): StopReading {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? "absent" : "present";
  } catch {
    return "unreadable";
  }
}

function readWord(path: string): SourceReading {
  const file = openSync(path, flags);
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) return { state: "directory" };
    if (stats.isFIFO()) return { state: "fifo" };
    if (!stats.isFile()) return { state: "special_file" };
    if (!isSafe(stats)) return { state: "unsafe_permissions" };
    const count = readSync(file, buffer, 0, buffer.length, 0);
    if (count === 0) return { state: "empty" };
    if (count > maxWordBytes) return { state: "too_long" };
    return { state: "text", text: buffer.toString("utf8", 0, count) };
  } finally {
    closeSync(file);
  }
}

/** Written by the administrator or by us, and by nobody else. */
function isSafe({ uid, mode }: Stats): boolean {
  const ours = uid === 0 || uid === process.geteuid?.();
  return ours && (mode & constants.S_IWOTH) === 0;
}

function troubleOf(cause: unknown): SourceReading {
  const code = codeOf(cause);
  if (code === null) throw cause;
  return { state: code === "ENOENT" ? "absent" : code === "ELOOP" ? "link" : "unreadable" };
}

function codeOf(cause: unknown): string | null {
  if (!(cause instanceof Error && "code" in cause)) return null;
  return typeof cause.code === "string" ? cause.code : null;
}
