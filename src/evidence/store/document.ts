import { dirname } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import type { FileSystem } from "./file-system.ts";
import { attemptIo } from "./io-fault.ts";

/** No single document of the evidence layer is larger; a bound on what a hostile file costs. */
export const maxDocumentBytes: number = 64 << 20;

/**
 * Puts a whole file in place at once: after a crash there is the old content or the new, never a
 * mixture. Returns when it is durable under its name. Only one writer per path at a time.
 */
export function writeDocument(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array,
  permissions = 0o644,
): Result<void, Fault> {
  return attemptIo("write", path, () => {
    const draft = writeDraft(fs, path, bytes, permissions);
    fs.rename(draft, path);
    fs.syncDirectory(dirname(path));
  });
}

/** As writeDocument, but its name is durable only when the caller has synced the directory. */
export function placeDocument(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array,
): Result<void, Fault> {
  return attemptIo("write", path, () => {
    fs.rename(writeDraft(fs, path, bytes, 0o644), path);
  });
}

/** As writeDocument, but the path must be free: fault store_exists otherwise. */
export function createDocument(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array,
  permissions = 0o644,
): Result<void, Fault> {
  return attemptIo("write", path, () => {
    const draft = writeDraft(fs, path, bytes, permissions);
    try {
      // A rename would replace what is there; a link refuses.
      fs.link(draft, path);
    } finally {
      fs.unlink(draft);
    }
    fs.syncDirectory(dirname(path));
  });
}

/** The whole of a regular file, at most `maxBytes`. Faults: of attemptIo, store_too_large. */
export function readDocument(
  fs: FileSystem,
  path: string,
  maxBytes: number = maxDocumentBytes,
): Result<Uint8Array, Fault> {
  const read = attemptIo("read", path, () => {
    const file = fs.open(path, "read", 0);
    try {
      const { size } = fs.stat(file);
      return size > maxBytes ? null : readBytes(fs, file, size);
    } finally {
      fs.close(file);
    }
  });
  if (!read.ok) return read;
  if (read.value !== null) return ok(read.value);
  const message = `larger than ${maxBytes} bytes, which no such document is`;
  return err({ code: "store_too_large", message, at: path });
}

/** Makes the directory and those above it durable under their names; existing ones are fine. */
export function makeDirectories(
  fs: FileSystem,
  path: string,
  permissions = 0o755,
): Result<void, Fault> {
  return attemptIo("write", path, () => {
    const missing: string[] = [];
    for (let at = path; fs.look(at) === null; at = dirname(at)) missing.push(at);
    for (const directory of missing.reverse()) {
      fs.makeDirectory(directory, permissions);
      fs.syncDirectory(dirname(directory));
    }
  });
}

/** Writes all bytes, however little one write takes. Throws as the port does. */
export function writeAll(fs: FileSystem, file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += fs.write(file, bytes.subarray(at));
}

/** The suffix of a document that is not in place yet; one left over by a crash is replaced. */
export const draftSuffix = ".tmp";

function writeDraft(fs: FileSystem, path: string, bytes: Uint8Array, permissions: number): string {
  const draft = `${path}${draftSuffix}`;
  if (fs.look(draft) !== null) fs.unlink(draft);
  const file = fs.open(draft, "create", permissions);
  try {
    writeAll(fs, file, bytes);
    fs.sync(file);
  } catch (cause) {
    discard(fs, draft);
    throw cause;
  } finally {
    fs.close(file);
  }
  return draft;
}

function discard(fs: FileSystem, path: string): void {
  try {
    fs.unlink(path);
  } catch {
    // The reason to tell is the one that made us discard; the next writer replaces the draft.
  }
}

function readBytes(fs: FileSystem, file: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const count = fs.read(file, bytes.subarray(at), at);
    if (count === 0) return bytes.slice(0, at);
    at += count;
  }
  return bytes;
}
