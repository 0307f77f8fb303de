import { dirname, join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { draftSuffix, readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { isSealPath, sealFiles } from "./seal-files.ts";
import { isEvidencePath, parseSums } from "./sums.ts";
import { maxFiles, type WalkedFile, walkFiles } from "./walk.ts";

/**
 * The files that the seal will cover, in byte order. A file that no tool could list safely, or
 * that is no plain file, stops the seal. Faults: seal_exists, seal_path_unfit, of attemptIo.
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
  if (walked.value.length > maxFiles) return unfit(directory, `more than ${maxFiles} files`);
  const records: string[] = [];
  for (const file of walked.value) {
    const reason = unfitness(file);
    if (reason !== null) return unfit(join(directory, file.path), reason);
    if (!isLeftover(file.path) && !isDetached(file.path, detached)) records.push(file.path);
  }
  return ok(records);
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
  const missing = [...sums.keys()].find((path) => !records.includes(path));
  if (missing !== undefined) {
    const message = "SHA256SUMS lists it and it is not there";
    return err({ code: "seal_sums_differ", message, at: join(directory, missing) });
  }
  const removed = attemptIo("write", directory, () => {
    const leftovers = walkFiles(fs, directory).filter(
      ({ path }) => isLeftover(path) && path !== sealFiles.sums,
    );
    for (const { path } of leftovers) fs.unlink(join(directory, path));
    const folders = new Set(leftovers.map(({ path }) => dirname(join(directory, path))));
    for (const folder of folders) fs.syncDirectory(folder);
  });
  return removed.ok ? ok(sums) : removed;
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
