import { chmodSync } from "node:fs";
import { join } from "node:path";
import { formatSums } from "../seal/sums.ts";
import { syncDirectory, writeWhole } from "./documents.ts";
import { sumsFileName } from "./file-names.ts";

/**
 * The last act of a run: SHA256SUMS over every file, in the form that `sha256sum -c` reads, then
 * everything read-only. A directory without it was never finished. Throws as fs does.
 */
export function sealDirectory(directory: string, digests: ReadonlyMap<string, string>): void {
  const sums = [...digests].map(([path, sha256]) => ({ path, sha256 }));
  writeWhole(join(directory, sumsFileName), formatSums(sums), "create");
  for (const name of [...digests.keys(), sumsFileName]) chmodSync(join(directory, name), 0o444);
  syncDirectory(directory);
}
