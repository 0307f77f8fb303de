import { readdirSync } from "node:fs";
import { join } from "node:path";
import { shorten } from "../reading/problem.ts";
import { type FileFacts, readChunks } from "../reading/read-chunks.ts";
import { readSums } from "../reading/read-sums.ts";
import { sumsFileName } from "../run/file-names.ts";
import { isSealPath, sealFiles } from "../seal/seal-files.ts";
import { walkFiles } from "../seal/walk.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import type { Reporter } from "./reporter.ts";

export const sumsClaim = { id: "sums", clause: "docs/contracts/run-directory.md#c0-sums" } as const;

export type SumsOptions = Readonly<{
  directory: string;
  /** Digests found while the files were read; others are read here. */
  known: ReadonlyMap<string, FileFacts>;
  /** The files this run must have, besides the seal; null when nobody knows. */
  required: readonly string[] | null;
  /** Folders with sums of their own: here only those sums are looked at. */
  detached?: readonly string[];
}>;

/** The directory holds exactly what SHA256SUMS lists, byte for byte, and nothing else. */
export function checkSums(options: SumsOptions, report: Reporter): void {
  const { directory, known, required, detached = [] } = options;
  const finding = (code: string, file: string, detail: string, line: number | null = null): void =>
    report.fileFinding({ code, file: shorten(file), line, field: null, detail });
  const sums = readSums(join(directory, sumsFileName));
  for (const { code, detail, line } of sums.problems) {
    finding(code, sumsFileName, detail, line ?? null);
  }

  for (const [name, digest] of sums.digests) {
    report.count();
    const facts = known.get(name) ?? factsOf(join(directory, name));
    if (facts === null) finding("file_unreadable", name, "is listed but cannot be read");
    else if (facts.sha256 !== digest) finding("sum_differs", name, "is not what SHA256SUMS says");
    if (required?.includes(name) === false && !isSealPath(name))
      finding("file_unknown", name, "is no file of a tier-1 run");
  }
  for (const name of required ?? []) {
    if (!sums.digests.has(name)) finding("file_not_listed", name, "is missing in SHA256SUMS");
  }
  const { sealed, names } = namesIn(directory, [...sums.digests.keys()]);
  for (const name of names) {
    if (name === sumsFileName || sums.digests.has(name)) continue;
    if (isOfOther(name, detached)) continue;
    // The signed statement is the one file after the sums. What a seal that was never finished left
    // behind is no part of the run, and the claim about the seal speaks of it.
    if (name === sealFiles.statement || (!sealed && isSealPath(name))) continue;
    report.count();
    finding("file_not_listed", name, "is in the directory but not in SHA256SUMS");
  }
}

function factsOf(path: string): FileFacts | null {
  const facts = readChunks(path, () => {});
  return facts.ok ? facts.value : null;
}

/** What a folder's own sums answer for; those sums themselves must be listed here. */
function isOfOther(name: string, detached: readonly string[]): boolean {
  return detached.some(
    (folder) => name.startsWith(`${folder}/`) && name !== `${folder}/${sumsFileName}`,
  );
}

type NamesFound = Readonly<{ sealed: boolean; names: readonly string[] }>;

/**
 * What lies there. A folder is opened when it is the seal's or something listed lies in it; any
 * other, and one that cannot be opened, is itself what is too much.
 */
function namesIn(directory: string, listed: readonly string[]): NamesFound {
  const folders = new Set(listed.map((name) => name.split("/")[0] ?? name));
  const entries = readdirSync(directory, { withFileTypes: true });
  const names = entries.flatMap((entry) => {
    const { name } = entry;
    if (!entry.isDirectory() || !(isSealPath(name) || folders.has(name))) return [name];
    const path = join(directory, name);
    const walked = attemptIo("read", path, () => walkFiles(nodeFileSystem, path));
    return walked.ok ? walked.value.map((file) => `${name}/${file.path}`) : [name];
  });
  return { sealed: names.includes(sealFiles.statement), names: names.toSorted() };
}
