import { join } from "node:path";
import { readChunks } from "../../reading/read-chunks.ts";
import { runFileNames } from "../../run/file-names.ts";
import { isSealPath } from "../../seal/seal-files.ts";
import type { DirectoryEntry } from "../../store/file-system.ts";
import { attemptIo } from "../../store/io-fault.ts";
import { nodeFileSystem } from "../../store/node-file-system.ts";
import type { ReadFile } from "./file-book.ts";
import type { OrderRun } from "./order-claim.ts";
import { rawFolder } from "./order-contract.ts";
import { orderFileNames } from "./records.ts";

/** The files that lie in a run, those that no claim about orders reads among them. */
export type EvidenceFiles = Readonly<{
  /** Those that the index of the run owes, ascending (docs/contracts/orders.md 43.1). */
  indexed: readonly string[];
  /** What a file is now, read once at most; null where no regular file of this name can be read. */
  read: (path: string) => ReadFile | null;
}>;

export function createEvidenceFiles({ directory, files }: OrderRun): EvidenceFiles {
  const there = regularFilesBelow(directory);
  const readByPath = new Map<string, ReadFile | null>();
  return {
    indexed: [...there].filter(isIndexed),
    read(path): ReadFile | null {
      const known = files.byName.get(path) ?? readByPath.get(path);
      if (known !== undefined) return known;
      const read = there.has(path) ? readFile(join(directory, path), path) : null;
      readByPath.set(path, read);
      return read;
    },
  };
}

/**
 * Names of the regular files in a directory and its folders, ascending, links not followed; a
 * folder that cannot be listed has none. What lies deeper no index can name, and the sums see it.
 */
export function regularFilesBelow(directory: string): ReadonlySet<string> {
  const names: string[] = [];
  for (const { name, kind } of listed(directory)) {
    if (kind === "file") names.push(name);
    if (kind !== "directory") continue;
    for (const inner of listed(join(directory, name))) {
      if (inner.kind === "file") names.push(`${name}/${inner.name}`);
    }
  }
  return new Set(names.sort());
}

function listed(folder: string): readonly DirectoryEntry[] {
  const entries = attemptIo("read", folder, () => nodeFileSystem.list(folder));
  return entries.ok ? entries.value : [];
}

/** The seal comes after the index, and samples have sums of their own. */
function isIndexed(path: string): boolean {
  if (isSealPath(path) || path.startsWith(`${rawFolder}/`)) return false;
  return path !== orderFileNames.evidence_ref_index && path !== runFileNames.run_manifest;
}

const lineEnd = 0x0a;

function readFile(path: string, name: string): ReadFile | null {
  const counts = name.endsWith(".jsonl");
  let lines = 0;
  const facts = readChunks(path, (chunk) => {
    if (!counts) return;
    for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, at + 1)) lines += 1;
  });
  if (!facts.ok) return null;
  return { ...facts.value, lines: counts ? lines : null };
}
