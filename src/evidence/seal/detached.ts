import { join } from "node:path";
import { err, type Fault, type Result } from "#base";
import { readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import type { CheckSpace } from "./check-seal-files.ts";
import { readLeaves } from "./file-leaves.ts";
import { sealFiles } from "./seal-files.ts";
import { parseSums } from "./sums.ts";
import { type WalkedFile, walkFiles } from "./walk.ts";

/**
 * A folder with sums of its own: what is there must be listed there and be equal; what is missing
 * must have been retained out. Its SHA256SUMS is a record, checked with the others.
 */
export function checkDetached(
  space: CheckSpace,
  folder: string,
  walked: readonly WalkedFile[],
  isRetainedOut: (path: string) => boolean,
): void {
  const { fs, directory, findings } = space;
  const at = `${folder}/${sealFiles.sums}`;
  const bytes = readDocument(fs, join(directory, at));
  const sums = bytes.ok ? parseSums(bytes.value) : bytes;
  if (!sums.ok) {
    findings.add("seal_sums_unreadable", at, sums.fault.message);
    return;
  }
  const sumByPath = new Map(sums.value.map(({ path, sha256 }) => [`${folder}/${path}`, sha256]));
  const present = new Set<string>();
  for (const { path, stat } of walked) {
    if (!path.startsWith(`${folder}/`) || path === at) continue;
    present.add(path);
    const sum = sumByPath.get(path);
    if (sum === undefined) findings.add("seal_file_unlisted", path, `${at} does not list it`);
    else if (stat.kind === "file") checkSum(space, path, sum);
  }
  for (const path of sumByPath.keys()) {
    if (present.has(path) || isRetainedOut(path)) continue;
    findings.add("seal_file_missing", path, `${at} lists it and it is not there`);
  }
}

/**
 * Before a seal: everything in the folder is durable and as the folder's own sums say, because from
 * now on these sums are what the seal knows of it. Faults: seal_sums_differ, those of attemptIo.
 */
export function settleDetached(
  fs: FileSystem,
  directory: string,
  folder: string,
): Result<void, Fault> {
  const at = `${folder}/${sealFiles.sums}`;
  const differs = (path: string, message: string): Result<never, Fault> =>
    err({ code: "seal_sums_differ", message, at: join(directory, path) });
  const bytes = readDocument(fs, join(directory, at));
  const sums = bytes.ok ? parseSums(bytes.value) : bytes;
  if (!sums.ok) return differs(at, sums.fault.message);
  const listed = new Map(sums.value.map(({ path, sha256 }) => [`${folder}/${path}`, sha256]));
  const walked = attemptIo("read", join(directory, folder), () =>
    walkFiles(fs, join(directory, folder)).map(({ path }) => `${folder}/${path}`),
  );
  if (!walked.ok) return walked;
  const there = new Set(walked.value);
  for (const path of there) {
    if (path !== at && !listed.has(path)) return differs(path, `${at} does not list it`);
  }
  for (const [path, sum] of listed) {
    if (!there.has(path)) return differs(path, `${at} lists it and it is not there`);
    const found = digestOf(fs, join(directory, path), (file) => fs.sync(file));
    if (!found.ok) return found;
    if (found.value !== sum) return differs(path, `it is not what ${at} says of it`);
  }
  return attemptIo("write", directory, () => fs.syncDirectory(join(directory, folder)));
}

function checkSum({ fs, directory, findings }: CheckSpace, path: string, sum: string): void {
  const found = digestOf(fs, join(directory, path), () => undefined);
  if (!found.ok) findings.add("seal_file_unreadable", path, found.fault.message);
  else if (found.value !== sum) {
    findings.add("seal_file_differs", path, "its content is not what was sealed");
  }
}

/** SHA-256 of a file, which `first` gets open before it is read. */
function digestOf(
  fs: FileSystem,
  path: string,
  first: (file: number) => void,
): Result<string, Fault> {
  return attemptIo("read", path, () => {
    const file = fs.open(path, "read", 0);
    try {
      first(file);
      return readLeaves(fs, file, path, "whole", () => undefined).sha256;
    } finally {
      fs.close(file);
    }
  });
}
