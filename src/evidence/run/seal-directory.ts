import { chmodSync } from "node:fs";
import { join } from "node:path";
import { syncDirectory, writeWhole } from "./documents.ts";
import { sumsFileName } from "./file-names.ts";

/**
 * The last act of a run: SHA256SUMS over every file, in the form that `sha256sum -c` reads, then
 * everything read-only. A directory without it was never finished. Throws as fs does.
 */
export function sealDirectory(directory: string, digests: ReadonlyMap<string, string>): void {
  writeWhole(join(directory, sumsFileName), sumsText(digests), "create");
  for (const name of [...digests.keys(), sumsFileName]) chmodSync(join(directory, name), 0o444);
  syncDirectory(directory);
}

/** `<64 hex>  <name>` by file, names ascending by UTF-16 code units, one line end each. */
export function sumsText(digests: ReadonlyMap<string, string>): string {
  return [...digests.keys()]
    .sort()
    .map((name) => `${digests.get(name)}  ${name}\n`)
    .join("");
}
