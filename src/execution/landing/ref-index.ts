import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EvidenceRefIndex } from "#evidence";

/** The index does not list itself, nor the manifest, which names it nowhere and is written last. */
const unlisted: ReadonlySet<string> = new Set(["evidence_ref_index.json", "run_manifest.json"]);

/** evidence_ref_index.json over every closed file of the directory, ascending by path. */
export function refIndexOf(directory: string, runId: string): EvidenceRefIndex {
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !unlisted.has(entry.name))
    .map(({ name }) => name)
    .toSorted();
  return {
    schema_version: "evidence_ref_index/1",
    run_id: runId,
    entries: names.map((rel_path) => {
      const bytes = readFileSync(join(directory, rel_path));
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const isLines = rel_path.endsWith(".jsonl");
      return {
        rel_path,
        sha256,
        sha256_16: sha256.slice(0, 16),
        byte_size: bytes.length,
        line_count: isLines ? linesOf(bytes) : null,
      };
    }),
  };
}

function linesOf(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}
