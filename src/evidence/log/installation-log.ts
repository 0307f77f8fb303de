import { join } from "node:path";
import { err, type Fault, type Millis, ok, type Result } from "#base";
import type { SigningKey } from "../keys/key-ring.ts";
import { noteVerifiers, type TrustPolicy, trustedKeys } from "../keys/policy.ts";
import type { Checkpoint } from "../seal/checkpoint.ts";
import type { RunSeal } from "../seal/seal-run.ts";
import type { FileSystem } from "../store/file-system.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { machineProcesses, type Processes } from "../store/process-identity.ts";
import { type LogPlace, openMerkleLog } from "./merkle-log.ts";
import { formatRunEntry, parseRunEntry, type RunEntry } from "./run-entry.ts";
import type { WitnessMemory } from "./witness-memory.ts";

/** The log of an installation: one entry for every run that was sealed under this root. */
export function installationLog(
  root: string,
  system: string,
  fs: FileSystem = nodeFileSystem,
): LogPlace {
  return { fs, directory: join(root, "log"), records: "leaves.jsonl", origin: `${system}/log` };
}

export type LogRunRequest = Readonly<{
  /** Of purpose log. */
  key: SigningKey;
  policy: TrustPolicy;
  /** Where the newest checkpoint is remembered, apart from the root; null remembers nothing. */
  memory: WitnessMemory | null;
  nowMs: Millis;
  processes?: Processes;
  lockWaitMs?: number;
}>;

/** Where a run stands in the log. */
export type LoggedRun = Readonly<{ index: number; isNew: boolean }>;

/**
 * Adds sealed runs to the installation's log and signs it. A run that is there already with the
 * same statement is found, not added again. Faults: log_run_differs (the run is there with another
 * seal), log_entry_malformed, those of openMerkleLog and the store.
 */
export function logSealedRuns(
  place: LogPlace,
  seals: readonly RunSeal[],
  request: LogRunRequest,
): Result<Readonly<{ runs: readonly LoggedRun[]; checkpoint: Checkpoint }>, Fault> {
  const { key, policy, memory, processes = machineProcesses(), lockWaitMs = 10_000 } = request;
  const entries = new Map<string, RunEntry>();
  let malformed: Fault | null = null;
  const verifiers = noteVerifiers(trustedKeys(policy, "log"));
  const options = { key, verifiers, processes, memory, lockWaitMs };
  const log = openMerkleLog(place, options, (record, number) => {
    const entry = parseRunEntry(record);
    if (!entry.ok) malformed ??= { ...entry.fault, at: `${place.records} line ${number + 1}` };
    else entries.set(entry.value.seal.runId, entry.value);
  });
  if (!log.ok) return log;
  const added =
    malformed === null
      ? addRuns(seals, entries, log.value.checkpoint().size, request)
      : err<Fault>(malformed);
  const checkpoint =
    !added.ok || added.value.records.length === 0
      ? ok(log.value.checkpoint())
      : log.value.append(added.value.records);
  const closed = log.value.close();
  if (!added.ok) return added;
  if (!checkpoint.ok) return checkpoint;
  return closed.ok ? ok({ runs: added.value.runs, checkpoint: checkpoint.value }) : closed;
}

type AddedRuns = Readonly<{ runs: readonly LoggedRun[]; records: readonly string[] }>;

function addRuns(
  seals: readonly RunSeal[],
  entries: Map<string, RunEntry>,
  size: number,
  { nowMs }: LogRunRequest,
): Result<AddedRuns, Fault> {
  const runs: LoggedRun[] = [];
  const records: string[] = [];
  for (const seal of seals) {
    const known = entries.get(seal.runId);
    if (known === undefined) {
      const entry: RunEntry = { seq: size + records.length, seal, loggedMs: nowMs };
      entries.set(seal.runId, entry);
      records.push(formatRunEntry(entry));
      runs.push({ index: entry.seq, isNew: true });
    } else if (known.seal.statementSha256 === seal.statementSha256) {
      runs.push({ index: known.seq, isNew: false });
    } else {
      const message = `the log knows ${seal.runId} with another seal; a sealed run never changes`;
      return err({ code: "log_run_differs", message, at: seal.runId });
    }
  }
  return ok({ runs, records });
}
