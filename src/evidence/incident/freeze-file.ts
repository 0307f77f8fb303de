import { createHash, type Hash } from "node:crypto";
import { closeSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { type Fault, ok, type Result } from "#base";
import { openRegular } from "../reading/open-regular.ts";
import { makeDirectories, writeAll } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo, systemCode } from "../store/io-fault.ts";

/** What a file was; `problem` says why the rest is null. */
export type FileState = Readonly<
  { size: number; sha256: string; problem: null } | { size: null; sha256: null; problem: string }
>;

export type FreezeFile = Readonly<{
  fs: FileSystem;
  from: string;
  /** Null = only measure it. */
  to: string | null;
}>;

/**
 * Copies a regular file byte for byte and hashes it on the way; the copy is durable. A file that
 * is still being written is frozen up to the size it had when it was opened. A source that cannot
 * be read is not a fault, only a target that cannot be written is: faults of attemptIo.
 */
export function freezeFile({ fs, from, to }: FreezeFile): Result<FileState, Fault> {
  const opened = openRegular(from);
  if (!opened.ok) return ok(problemState(opened.fault.code));
  const { descriptor, bytes } = opened.value;
  try {
    if (to === null) return ok(readInto(descriptor, bytes, () => {}));
    const made = makeDirectories(fs, dirname(to));
    return made.ok ? attemptIo("write", to, () => copyInto(fs, to, descriptor, bytes)) : made;
  } finally {
    closeSync(descriptor);
  }
}

/** The digest of bytes that are at hand already, written to a new file. */
export function freezeBytes(
  fs: FileSystem,
  to: string,
  bytes: Uint8Array,
): Result<FileState, Fault> {
  return attemptIo("write", to, () => {
    const file = fs.open(to, "create", frozenMode);
    try {
      writeAll(fs, file, bytes);
      fs.sync(file);
    } finally {
      fs.close(file);
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { size: bytes.length, sha256, problem: null };
  });
}

/** A frozen file is read-only from its first byte. */
const frozenMode = 0o444;
const chunkBytes = 1 << 20;

function copyInto(fs: FileSystem, to: string, descriptor: number, bytes: number): FileState {
  const target = fs.open(to, "create", frozenMode);
  let state: FileState;
  try {
    state = readInto(descriptor, bytes, (chunk) => writeAll(fs, target, chunk));
    fs.sync(target);
  } finally {
    fs.close(target);
  }
  // Half a copy would look like evidence.
  if (state.problem !== null) fs.unlink(to);
  return state;
}

function readInto(descriptor: number, bytes: number, take: (chunk: Uint8Array) => void): FileState {
  const digest = createHash("sha256");
  const room = Buffer.allocUnsafe(Math.min(chunkBytes, bytes));
  for (let at = 0; at < bytes; ) {
    const count = readSome(descriptor, room, Math.min(room.length, bytes - at), at);
    if (typeof count === "string") return problemState(count);
    if (count === 0) return problemState("file_changed");
    feed(digest, room.subarray(0, count), take);
    at += count;
  }
  return { size: bytes, sha256: digest.digest("hex"), problem: null };
}

/** Errors of the source stay apart from those of the target, which `take` throws. */
function readSome(
  descriptor: number,
  room: Buffer,
  length: number,
  position: number,
): number | "file_unreadable" {
  try {
    return readSync(descriptor, room, 0, length, position);
  } catch (cause) {
    if (systemCode(cause) === null) throw cause;
    return "file_unreadable";
  }
}

function feed(digest: Hash, chunk: Uint8Array, take: (chunk: Uint8Array) => void): void {
  digest.update(chunk);
  take(chunk);
}

function problemState(problem: string): FileState {
  return { size: null, sha256: null, problem };
}
