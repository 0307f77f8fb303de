import { lstatSync } from "node:fs";
import { join } from "node:path";
import { findGenomeSchema } from "#core";
import { parseFileTable, type TableRow } from "../../seal/file-table.ts";
import { sealFiles } from "../../seal/seal-files.ts";
import { readDocument } from "../../store/document.ts";
import { nodeFileSystem } from "../../store/node-file-system.ts";
import type { RunUnderCheck } from "../claim.ts";
import { isExpected } from "../read-run.ts";
import { artifactNames } from "../records.ts";
import { fileNameOf } from "../run-files.ts";
import type { RingFile } from "./hash-ring.ts";
import { type HashThread, startHashThread } from "./hash-thread.ts";

/** Below this a run is judged before a thread has started. */
const defaultFromBytes = 32 << 20;

/** Null for a run too small, of an unknown genome schema, or where threads cannot be started. */
export function hashThreadFor(
  run: RunUnderCheck,
  fromBytes: number = defaultFromBytes,
): HashThread | null {
  const { directory, manifest } = run;
  const names = artifactNames
    .filter((artifact) => isExpected(artifact, manifest))
    .map((artifact) => fileNameOf(artifact, manifest.run_id));
  const bytes = names.reduce((sum, name) => sum + sizeOf(join(directory, name)), 0);
  if (bytes < fromBytes) return null;
  const { genome_schema_version: schema } = manifest;
  const weights = findGenomeSchema(schema)?.weights_count;
  if (weights === undefined) return null;
  const leafHashes = join(directory, sealFiles.leafHashes);
  const rowByPath = tableOf(directory);
  const files: readonly RingFile[] = names.map((name) => {
    const row = rowByPath.get(name);
    return { name, place: row?.form === "lines" ? row : null };
  });
  return startHashThread({ runId: manifest.run_id, schema, weights, files, leafHashes });
}

/** Where the seal, if there is one, says that lines stand. Whether it is right is asked later. */
function tableOf(directory: string): ReadonlyMap<string, TableRow> {
  const bytes = readDocument(nodeFileSystem, join(directory, sealFiles.table));
  const table = bytes.ok ? parseFileTable(bytes.value) : bytes;
  return new Map(table.ok ? table.value.files.map((row) => [row.path, row]) : []);
}

function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
