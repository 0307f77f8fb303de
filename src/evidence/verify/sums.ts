import { readdirSync } from "node:fs";
import { join } from "node:path";
import { shorten } from "../reading/problem.ts";
import { type FileFacts, readChunks } from "../reading/read-chunks.ts";
import { readSums } from "../reading/read-sums.ts";
import { sumsFileName } from "../run/file-names.ts";
import { isSealPath, sealFiles } from "../seal/seal-files.ts";
import { walkFiles } from "../seal/walk.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import type { Reporter } from "./reporter.ts";

export const sumsClaim = { id: "sums", clause: "docs/contracts/run-directory.md#c0-sums" } as const;

export type SumsOptions = Readonly<{
  directory: string;
  /** Digests found while the files were read; others are read here. */
  known: ReadonlyMap<string, FileFacts>;
  /** The files this run must have, besides the seal; null when nobody knows. */
  required: readonly string[] | null;
}>;

/** The directory holds exactly what SHA256SUMS lists, byte for byte, and nothing else. */
export function checkSums({ directory, known, required }: SumsOptions, report: Reporter): void {
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
  const { sealed, names } = namesIn(directory);
  for (const name of names) {
    if (name === sumsFileName || sums.digests.has(name)) continue;
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

/** What lies there, the folders of the seal opened. A directory that cannot be listed hides it. */
function namesIn(directory: string): Readonly<{ sealed: boolean; names: readonly string[] }> {
  const entries = readdirSync(directory, { withFileTypes: true });
  const names = entries.flatMap((entry) =>
    entry.isDirectory() && isSealPath(entry.name)
      ? walkFiles(nodeFileSystem, join(directory, entry.name)).map(
          ({ path }) => `${entry.name}/${path}`,
        )
      : [entry.name],
  );
  return { sealed: names.includes(sealFiles.statement), names: names.toSorted() };
}
