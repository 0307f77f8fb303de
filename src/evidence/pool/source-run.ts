import { join } from "node:path";
import type { BinaryHash } from "../merkle/hash.ts";
import { type FileFacts, readChunks } from "../reading/read-chunks.ts";
import { runFileNames, sumsFileName } from "../run/file-names.ts";
import { runPath, tierOneFolder } from "../run/layout.ts";
import { parseSums } from "../seal/sums.ts";
import { readDocument } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { poolRecordsOf, type SeenFiles } from "./pool-records.ts";
import { createLeafHasher } from "./pool-tree.ts";

/** What a sealed run owes the pool: the leaf of each record by agent id, in the run's order. */
export type SourceRun = Readonly<
  | { state: "absent" }
  | { state: "unsound"; code: SourceProblem; detail: string }
  | { state: "sound"; due: ReadonlyMap<string, DueRecord> }
>;

export type SourceProblem =
  | "source_run_unsealed"
  | "source_run_differs_from_seal"
  | "source_run_unreadable";

export type DueRecord = Readonly<{ leaf: BinaryHash; order: number }>;

/**
 * Reads what a run gives to the pool, and compares the files it is made from with the run's seal.
 * Whether the seal itself is genuine is the question of `assay verify RUN`.
 */
export function readSourceRun(root: string, runId: string): SourceRun {
  const directory = runPath(root, runId);
  const there = attemptIo("read", directory, () => nodeFileSystem.look(directory)?.kind ?? null);
  if (!there.ok) return unsound("source_run_unreadable", there.fault.message);
  if (there.value === null) return { state: "absent" };
  const seen: SeenFiles = new Map();
  const records = poolRecordsOf(directory, seen);
  const sealed = compareWithSeal(directory, runId, seen);
  if (sealed !== null) return sealed;
  if (!records.ok) return unsound("source_run_unreadable", records.fault.message);
  const hashLeaf = createLeafHasher();
  const due = new Map<string, DueRecord>();
  for (const [order, record] of records.value.entries()) {
    // What no schema would take stands in no sound pool, so it is not judged here.
    due.set(record.agent_id, { leaf: hashLeaf(Buffer.from(JSON.stringify(record))), order });
  }
  return { state: "sound", due };
}

/** Where a finding about a run is. */
export function runFolder(runId: string): string {
  return `${tierOneFolder}/${runId}`;
}

/** The files that a pool record is made from. */
const sourceFiles: readonly string[] = [
  runFileNames.run_manifest,
  runFileNames.multiple_experiments_summary,
  runFileNames.survivors,
  runFileNames.genomes_snapshot,
  runFileNames.agent_roster,
];

/** Null when the seal lists these very files; those not `seen` are read through here. */
function compareWithSeal(directory: string, runId: string, seen: SeenFiles): SourceRun | null {
  const bytes = readDocument(nodeFileSystem, join(directory, sumsFileName));
  if (!bytes.ok) {
    const detail = `${runFolder(runId)} has no readable ${sumsFileName}`;
    return unsound("source_run_unsealed", detail);
  }
  const sums = parseSums(bytes.value);
  if (!sums.ok) return unsound("source_run_differs_from_seal", sums.fault.message);
  const digestByPath = new Map(sums.value.map(({ path, sha256 }) => [path, sha256]));
  for (const name of sourceFiles) {
    const facts = seen.get(name) ?? factsOf(join(directory, name));
    if (facts !== null && facts.sha256 === digestByPath.get(name)) continue;
    const detail = `${runFolder(runId)}/${name} is not what its seal lists`;
    return unsound("source_run_differs_from_seal", detail);
  }
  return null;
}

function factsOf(path: string): FileFacts | null {
  const facts = readChunks(path, () => {});
  return facts.ok ? facts.value : null;
}

function unsound(code: SourceProblem, detail: string): SourceRun {
  return { state: "unsound", code, detail };
}
