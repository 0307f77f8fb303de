import { chmodSync } from "node:fs";
import { join } from "node:path";
import { formatSums } from "../seal/sums.ts";
import { syncDirectory, writeWhole } from "./documents.ts";
import { sumsFileName } from "./file-names.ts";

/**
 * The last act of a run: everything read-only, then SHA256SUMS over every file, in the form that
 * `sha256sum -c` reads. It appears whole: a directory without it was never finished, and one with a
 * part of it would pass for damaged. Throws as fs does.
 */
export function sealDirectory(directory: string, digests: ReadonlyMap<string, string>): void {
  const sums = [...digests].map(([path, sha256]) => ({ path, sha256 }));
  for (const name of digests.keys()) chmodSync(join(directory, name), 0o444);
  writeWhole(join(directory, sumsFileName), formatSums(sums), "replace");
  chmodSync(join(directory, sumsFileName), 0o444);
  syncDirectory(directory);
}
