import { join } from "node:path";
import type { RunManifest } from "../artifacts/run-manifest.ts";
import type { Problem } from "../reading/problem.ts";
import type { FileFacts } from "../reading/read-chunks.ts";
import type { RunUnderCheck, Watch } from "./claim.ts";
import { contractClaims } from "./contracts.ts";
import { type Intake, readArtifact } from "./read-artifacts.ts";
import { type ArtifactName, artifactNames, type RecordKind, type Records } from "./records.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { fileNameOf } from "./run-files.ts";

/** What the one pass over a run's files found out about the files themselves. */
export type PassResult = Readonly<{
  facts: ReadonlyMap<string, FileFacts>;
  contracts: ReadonlyMap<ArtifactName, Reporter>;
  /** Files that could not be read at all. */
  unreadable: ReadonlySet<ArtifactName>;
  records: number;
}>;

/** The manifest alone: without it nobody knows what the rest must be. */
export function readManifestFirst(
  directory: string,
  report: Reporter,
): Readonly<{ manifest: RunManifest | null; facts: FileFacts | null }> {
  let manifest: RunManifest | null = null;
  const name = fileNameOf("run_manifest", "");
  const intake: Intake = {
    record(kind, record): void {
      if (kind === "manifest") manifest = record as Records["manifest"];
      report.count();
    },
    problem: (problem) => tell(report, name, problem),
  };
  const facts = readArtifact.run_manifest(join(directory, name), intake);
  return { manifest, facts };
}

/** Reads every file of the run once and hands each record to all who watch its kind. */
export function readWholeRun(
  run: RunUnderCheck,
  manifestReport: Reporter,
  watches: readonly Watch<RecordKind>[],
): PassResult {
  const { manifest, directory } = run;
  const facts = new Map<string, FileFacts>();
  const contracts = new Map<ArtifactName, Reporter>();
  const unreadable = new Set<ArtifactName>();
  const dispatch = createDispatch(watches);
  let records = 1;
  dispatch("manifest", manifest, 1);

  for (const artifact of artifactNames) {
    if (artifact === "run_manifest") contracts.set(artifact, manifestReport);
    if (artifact === "run_manifest" || !isExpected(artifact, manifest)) continue;
    const name = fileNameOf(artifact, manifest.run_id);
    const claim = contractClaims.find((contract) => contract.artifact === artifact);
    const report = createReporter(claim?.id ?? artifact, manifest.run_id);
    contracts.set(artifact, report);
    const found = readArtifact[artifact](join(directory, name), {
      record(kind, record, line): void {
        report.count();
        records += 1;
        if (!namesNoRun.has(kind)) checkRunId(record, line, { manifest, report, name });
        dispatch(kind, record, line);
      },
      problem: (problem) => tell(report, name, problem),
      startHasher: run.hashing?.startHasher,
    });
    if (found === null) unreadable.add(artifact);
    else facts.set(name, found);
  }
  for (const watch of watches) watch.end();
  return { facts, contracts, unreadable, records };
}

/** Behaviors and their matrix are there only when they were asked for. */
export function isExpected(artifact: ArtifactName, manifest: RunManifest): boolean {
  const optional = artifact === "behaviors" || artifact === "genomes_matrix";
  return !optional || manifest.behaviors_enabled;
}

type Dispatch = <Kind extends RecordKind>(kind: Kind, record: Records[Kind], line: number) => void;

function createDispatch(watches: readonly Watch<RecordKind>[]): Dispatch {
  type Listener = (record: never, line: number) => void;
  const listenersByKind = new Map<RecordKind, Listener[]>();
  for (const { on } of watches) {
    for (const [kind, listener] of Object.entries(on) as [RecordKind, Listener][]) {
      const listeners = listenersByKind.get(kind) ?? [];
      listenersByKind.set(kind, [...listeners, listener]);
    }
  }
  // Records of a kind come one behind the other.
  let last: RecordKind = "manifest";
  let listeners = listenersByKind.get(last) ?? [];
  return (kind, record, line) => {
    if (kind !== last) listeners = listenersByKind.get(kind) ?? [];
    last = kind;
    // The map is built kind by kind, so a listener gets the records it was declared for.
    for (let index = 0; index < listeners.length; index += 1)
      listeners[index]?.(record as never, line);
  };
}

/** Members of a list whose head names the run, and rows of numbers. */
const namesNoRun: ReadonlySet<RecordKind> = new Set(["roster_agent", "behavior", "matrix_row"]);

/** Every record that names a run names this one. */
function checkRunId(
  record: object,
  line: number,
  { manifest, report, name }: Readonly<{ manifest: RunManifest; report: Reporter; name: string }>,
): void {
  const { run_id: said } = record as Readonly<{ run_id?: string }>;
  if (said === manifest.run_id) return;
  const detail = `is of run ${String(said)}`;
  report.fileFinding({ code: "record_of_other_run", file: name, line, field: "run_id", detail });
}

function tell(report: Reporter, file: string, { code, detail, line, field }: Problem): void {
  report.fileFinding({ code, file, line: line ?? null, field: field ?? null, detail });
}
