import { join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { draftSuffix, maxDocumentBytes, readDocument, writeDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { formOf, isSealPath, proofPath, sealFiles } from "./seal-files.ts";
import { formatSums, isEvidencePath, parseSums } from "./sums.ts";
import { maxFiles, type WalkedFile, walkFiles } from "./walk.ts";

/**
 * The files that the seal will cover, in byte order. A file that no tool could list safely, or
 * that is no plain file, stops the seal, and so do more files than its own check could walk.
 * Faults: seal_exists, seal_path_unfit, of attemptIo.
 */
export function findRecords(
  fs: FileSystem,
  directory: string,
  detached: readonly string[],
): Result<readonly string[], Fault> {
  const walked = attemptIo("read", directory, () => walkFiles(fs, directory));
  if (!walked.ok) return walked;
  if (walked.value.some(({ path }) => path === sealFiles.statement)) {
    const message = "it is sealed already; a sealed directory does not change";
    return err({ code: "seal_exists", message, at: directory });
  }
  const records: string[] = [];
  let apart = 0;
  for (const file of walked.value) {
    const reason = unfitness(file);
    if (reason !== null) return unfit(join(directory, file.path), reason);
    if (isLeftover(file.path)) continue;
    if (isDetached(file.path, detached)) apart += 1;
    else records.push(file.path);
  }
  const reason = excess(records, apart);
  return reason === null ? ok(records) : unfit(directory, reason);
}

/** Why the sealed directory would hold more than its check takes in; null when it would not. */
function excess(records: readonly string[], apart: number): string | null {
  const proven = records.filter((path) => formOf(path) === "whole").map(proofPath);
  const files = records.length + apart + proven.length + 1 + Object.keys(sealFiles).length;
  if (files > maxFiles) return `with its proofs more than ${maxFiles} files`;
  // A subject of the statement is its path and less than 128 bytes, and base64 makes 4 of 3.
  const text = [...records, ...proven].reduce((sum, path) => sum + path.length + 128, 0);
  return text * 4 < (maxDocumentBytes - 65_536) * 3 ? null : "the names of its files are too long";
}

/**
 * Takes away what a crash left of an earlier attempt, but not SHA256SUMS: the run may have written
 * it to say that it ended, and the seal replaces it in one step. Gives the sums it lists, which the
 * records must still have. Faults: seal_sums_differ, those of attemptIo.
 */
export function clearUnfinishedSeal(
  fs: FileSystem,
  directory: string,
  records: readonly string[],
): Result<ReadonlyMap<string, string>, Fault> {
  const listed = readOwnSums(fs, join(directory, sealFiles.sums));
  if (!listed.ok) return listed;
  const sums = new Map([...listed.value].filter(([path]) => !isSealPath(path)));
  const there = new Set(records);
  const missing = [...sums.keys()].find((path) => !there.has(path));
  if (missing !== undefined) {
    const message = "SHA256SUMS lists it and it is not there";
    return err({ code: "seal_sums_differ", message, at: join(directory, missing) });
  }
  const removed = attemptIo("write", directory, () => removeLeftovers(fs, directory));
  return removed.ok ? ok(sums) : removed;
}

/**
 * After a refusal: the directory is as it was, with the sums that the run itself had written, if
 * any. What cannot be taken away stays for the next attempt: the reason to tell is the refusal.
 */
export function leaveUnsealed(
  fs: FileSystem,
  directory: string,
  ownSums: ReadonlyMap<string, string>,
): void {
  attemptIo("write", directory, () => {
    // The statement may be in place though its name is not known to be durable.
    if (fs.look(join(directory, sealFiles.statement)) !== null) return;
    const path = join(directory, sealFiles.sums);
    const sums = [...ownSums].map(([file, sha256]) => ({ path: file, sha256 }));
    const text = formatSums(sums);
    const there = readDocument(fs, path);
    if (there.ok && !Buffer.from(text).equals(there.value)) {
      if (sums.length === 0) fs.unlink(path);
      else writeDocument(fs, path, text);
    }
    removeLeftovers(fs, directory);
  });
}

/** Throws as the port does. */
function removeLeftovers(fs: FileSystem, directory: string): void {
  let isChanged = false;
  for (const { name, kind } of fs.list(directory)) {
    if (!isLeftover(name) || name === sealFiles.sums) continue;
    isChanged = true;
    if (kind === "directory") removeFolder(fs, join(directory, name));
    else fs.unlink(join(directory, name));
  }
  if (isChanged) fs.syncDirectory(directory);
}

/** No deeper than what was walked before. */
function removeFolder(fs: FileSystem, folder: string): void {
  for (const { name, kind } of fs.list(folder)) {
    if (kind === "directory") removeFolder(fs, join(folder, name));
    else fs.unlink(join(folder, name));
  }
  fs.removeDirectory(folder);
}

function readOwnSums(fs: FileSystem, path: string): Result<ReadonlyMap<string, string>, Fault> {
  const bytes = readDocument(fs, path);
  if (!bytes.ok) return bytes.fault.code === "store_missing" ? ok(new Map()) : bytes;
  const sums = parseSums(bytes.value);
  if (!sums.ok) return err({ ...sums.fault, code: "seal_sums_differ", at: path });
  return ok(new Map(sums.value.map(({ path: file, sha256 }) => [file, sha256])));
}

function unfitness({ path, stat }: WalkedFile): string | null {
  if (stat.kind !== "file") return `a ${stat.kind} cannot be sealed`;
  if (isLeftover(path)) return null;
  if (path.endsWith(draftSuffix)) return "a document that was never put in place";
  return isEvidencePath(path) ? null : "a path of evidence has plain names only";
}

/** Files of the seal itself, finished or not. */
function isLeftover(path: string): boolean {
  return isSealPath(path.endsWith(draftSuffix) ? path.slice(0, -draftSuffix.length) : path);
}

function isDetached(path: string, detached: readonly string[]): boolean {
  return detached.some(
    (folder) => path.startsWith(`${folder}/`) && path !== `${folder}/${sealFiles.sums}`,
  );
}

function unfit(at: string, message: string): Result<never, Fault> {
  return err({ code: "seal_path_unfit", message, at });
}
