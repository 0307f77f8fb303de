import { dirname, join } from "node:path";
import { bytesToHex, type Fault, type Result } from "#base";
import { sha256 } from "../merkle/hash.ts";
import { placeDocument, writeAll } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { sealFiles } from "./seal-files.ts";
import { type FileSum, formatSums } from "./sums.ts";

/** The files of a seal that are written so far. */
export type SealSpace = Readonly<{ fs: FileSystem; directory: string; written: FileSum[] }>;

/**
 * Writes a file of the seal under its name at once: before the statement stands, nobody takes what
 * is there for a seal. It is durable when all are settled.
 */
export function putFile(space: SealSpace, path: string, bytes: Uint8Array): Result<void, Fault> {
  const { fs, directory, written } = space;
  const target = join(directory, path);
  return attemptIo("write", target, () => {
    makeFolders(fs, dirname(target));
    const file = fs.open(target, "create", 0o644);
    try {
      writeAll(fs, file, bytes);
    } finally {
      fs.close(file);
    }
    written.push({ path, sha256: bytesToHex(sha256(bytes)) });
  });
}

/** Their names are durable when all is settled. Throws as the port does. */
export function makeFolders(fs: FileSystem, path: string): void {
  if (fs.look(path) !== null) return;
  makeFolders(fs, dirname(path));
  fs.makeDirectory(path, 0o755);
}

/**
 * Makes everything written so far durable and lists it in SHA256SUMS with the records. Files synced
 * one behind the other share the work of the first, which those synced as they are written do not.
 * The sums replace those of the run in one step.
 */
export function settleFiles(space: SealSpace, records: readonly FileSum[]): Result<void, Fault> {
  const { fs, directory, written } = space;
  const synced = attemptIo("write", directory, () => {
    for (const { path } of written) syncFile(fs, join(directory, path));
  });
  if (!synced.ok) return synced;
  const sums = formatSums([...records, ...written]);
  const placed = placeDocument(fs, join(directory, sealFiles.sums), sums);
  if (!placed.ok) return placed;
  written.push({ path: sealFiles.sums, sha256: bytesToHex(sha256(sums)) });
  const folders = new Set(written.flatMap(({ path }) => foldersAbove(path)));
  return attemptIo("write", directory, () => {
    for (const folder of folders) fs.syncDirectory(join(directory, folder));
  });
}

function syncFile(fs: FileSystem, path: string): void {
  const file = fs.open(path, "read", 0);
  try {
    fs.sync(file);
  } finally {
    fs.close(file);
  }
}

/** Of `proofs/tlog/files.json.tlog-proof`: `proofs/tlog`, `proofs`, and the run's own directory. */
function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "." ? [folder] : [folder, ...foldersAbove(folder)];
}
