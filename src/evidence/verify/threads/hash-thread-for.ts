import { lstatSync } from "node:fs";
import { join } from "node:path";
import { findGenomeSchema } from "#core";
import type { RunUnderCheck } from "../claim.ts";
import { isExpected } from "../read-run.ts";
import { artifactNames } from "../records.ts";
import { fileNameOf } from "../run-files.ts";
import { type HashThread, startHashThread } from "./hash-thread.ts";

/** Below this a run is judged before a thread has started. */
const defaultFromBytes = 32 << 20;

/** Null for a run too small, of an unknown genome schema, or where threads cannot be started. */
export function hashThreadFor(
  run: RunUnderCheck,
  fromBytes: number = defaultFromBytes,
): HashThread | null {
  if (bytesOf(run) < fromBytes) return null;
  const { genome_schema_version: schema } = run.manifest;
  const weights = findGenomeSchema(schema)?.weights_count;
  return weights === undefined ? null : startHashThread({ schema, weights });
}

function bytesOf({ directory, manifest }: RunUnderCheck): number {
  return artifactNames
    .filter((artifact) => isExpected(artifact, manifest))
    .map((artifact) => sizeOf(join(directory, fileNameOf(artifact, manifest.run_id))))
    .reduce((sum, size) => sum + size, 0);
}

function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
