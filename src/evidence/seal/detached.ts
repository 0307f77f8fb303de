import { join } from "node:path";
import { readDocument } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import type { CheckSpace } from "./check-seal-files.ts";
import { readLeaves } from "./file-leaves.ts";
import { sealFiles } from "./seal-files.ts";
import { parseSums } from "./sums.ts";
import type { WalkedFile } from "./walk.ts";

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

function checkSum({ fs, directory, findings }: CheckSpace, path: string, sum: string): void {
  const at = join(directory, path);
  const read = attemptIo("read", at, () => {
    const file = fs.open(at, "read", 0);
    try {
      return readLeaves(fs, file, path, "whole", () => undefined);
    } finally {
      fs.close(file);
    }
  });
  if (!read.ok) findings.add("seal_file_unreadable", path, read.fault.message);
  else if (read.value.sha256 !== sum) {
    findings.add("seal_file_differs", path, "its content is not what was sealed");
  }
}
