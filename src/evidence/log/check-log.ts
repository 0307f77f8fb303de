import { join } from "node:path";
import { bytesToHex, type Fault, type Millis, ok, type Result } from "#base";
import {
  isValidAt,
  noteVerifiers,
  type TrustedKey,
  type TrustPolicy,
  thresholdOf,
  trustedKeys,
} from "../keys/policy.ts";
import { equalHashes, sha256 } from "../merkle/hash.ts";
import { type Checkpoint, openCheckpoint } from "../seal/checkpoint.ts";
import { collectFindings, type Finding, type Findings } from "../seal/findings.ts";
import { sealFiles } from "../seal/seal-files.ts";
import { readDocument } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { type LogReading, readLogFile } from "./log-file.ts";
import { checkpointPath, type LogPlace, recordsPath } from "./merkle-log.ts";
import { parseRunEntry, type RunEntry } from "./run-entry.ts";
import {
  judgeGrowth,
  recallCheckpoint,
  rememberCheckpoint,
  type WitnessMemory,
} from "./witness-memory.ts";

type LogFindingCode =
  /** The log in itself. */
  | "log_unreadable"
  | "log_entry_malformed"
  | "log_sequence_broken"
  | "log_run_repeated"
  | "log_checkpoint_wrong"
  | "log_key_expired"
  | "log_truncated"
  | "log_root_differs"
  | "log_tail_unsigned"
  /** Against what was seen of it before. */
  | "log_rolled_back"
  | "log_rewritten"
  | "witness_unreadable"
  /** Against the runs that are there. */
  | "log_run_missing"
  | "log_run_replaced"
  | "log_run_unlisted";

/** A run directory as it lies there: null when it has no statement. */
export type PresentRun = Readonly<{ runId: string; statementSha256: string | null }>;

export type LogCheckOptions = Readonly<{
  policy: TrustPolicy;
  /** What was seen before; a clean log is remembered. Null compares with nothing. */
  memory: WitnessMemory | null;
  /** False only compares, and leaves the memory as it is. */
  remembers?: boolean;
  /** The runs under the root; null looks at the log alone. */
  runs: readonly PresentRun[] | null;
}>;

export type LogCheck = Readonly<{
  findings: readonly Finding<LogFindingCode>[];
  findingCount: number;
  /** The signed state, when it can be relied on. */
  checkpoint: Checkpoint | null;
  /** What the log says of every run it signs. */
  entries: ReadonlyMap<string, RunEntry>;
}>;

/**
 * Checks the installation's log: signed, whole, only ever grown, and in agreement with the runs
 * that are there. Entries that the checkpoint does not sign prove nothing and are a finding; where
 * it is signed by nobody trusted, that is the finding, and the runs are not held against the log.
 */
export function checkLog(place: LogPlace, options: LogCheckOptions): LogCheck {
  const { policy, memory, runs, remembers = true } = options;
  const findings = collectFindings<LogFindingCode>();
  const entries = new Map<string, RunEntry>();
  const signed = readSigned(place, policy, findings);
  const verifiers = noteVerifiers(trustedKeys(policy, "log"));
  const recalled = memory === null ? ok(null) : recallCheckpoint(memory, place.origin, verifiers);
  if (!recalled.ok) findings.add("witness_unreadable", place.origin, recalled.fault.message);
  const known = recalled.ok ? recalled.value : null;

  const size = signed?.checkpoint.size ?? 0;
  const sizes = [size, known?.size ?? 0];
  let lastMs: Millis | null = null;
  const reading = readLogFile(place.fs, recordsPath(place), { sizes }, (record, number) => {
    if (number >= size) return;
    const entry = checkEntry(record, number, place.records, entries, findings);
    lastMs = entry?.loggedMs ?? lastMs;
  });
  if (signed !== null && !reading.ok) {
    findings.add("log_unreadable", place.records, reading.fault.message);
  } else if (signed !== null && reading.ok) {
    checkTree(signed.checkpoint, reading.value, place.records, findings);
    checkTimes(signed.signers, lastMs, findings);
    const rootAt = (at: number): Uint8Array | null => reading.value.rootAt.get(at) ?? null;
    const seen = { ...signed, rootAt };
    const grown = judgeGrowth(known, seen);
    // What is remembered already needs no lock and no write.
    const isNew = grown.ok && grown.value === "grown";
    if (!grown.ok) addGrowth(findings, grown.fault);
    else if (memory !== null && remembers && isNew && findings.count === 0) {
      const remembered = rememberCheckpoint(memory, seen, verifiers);
      if (!remembered.ok) addGrowth(findings, remembered.fault);
    }
  }
  // Of what no trusted checkpoint signs nothing follows for the runs: who is in it is not known.
  if (runs !== null && signed !== null && reading.ok) checkRuns(runs, entries, findings);
  const checkpoint = signed?.checkpoint ?? null;
  return { findings: findings.list, findingCount: findings.count, checkpoint, entries };
}

/** The runs in these folders of the root, sealed or not. Faults: those of attemptIo. */
export function listPresentRuns(
  fs: FileSystem,
  root: string,
  folders: readonly string[],
): Result<readonly PresentRun[], Fault> {
  return attemptIo("read", root, () => {
    const runs: PresentRun[] = [];
    for (const folder of folders) {
      if (fs.look(join(root, folder)) === null) continue;
      for (const { name, kind } of fs.list(join(root, folder))) {
        if (kind !== "directory") continue;
        const statement = readDocument(fs, join(root, folder, name, sealFiles.statement));
        const statementSha256 = statement.ok ? bytesToHex(sha256(statement.value)) : null;
        runs.push({ runId: name, statementSha256 });
      }
    }
    return runs;
  });
}

const checkpointName = "checkpoint";

type SignedLog = Readonly<{
  checkpoint: Checkpoint;
  note: Uint8Array;
  signers: readonly TrustedKey[];
}>;

function readSigned(
  place: LogPlace,
  policy: TrustPolicy,
  findings: Findings<LogFindingCode>,
): SignedLog | null {
  const keys = trustedKeys(policy, "log");
  const note = readDocument(place.fs, checkpointPath(place));
  const opened = note.ok ? openCheckpoint(note.value, noteVerifiers(keys), "refuse") : note;
  if (!opened.ok || !note.ok) {
    const message = opened.ok ? "" : opened.fault.message;
    findings.add("log_checkpoint_wrong", checkpointName, message);
    return null;
  }
  const { checkpoint, signers: lines } = opened.value;
  const signers = keys.filter((key) => lines.some(({ verify }) => verify === key.verify));
  if (checkpoint.origin !== place.origin || checkpoint.extensions.length > 0) {
    const message = `it is the checkpoint of ${checkpoint.origin}, expected ${place.origin}`;
    findings.add("log_checkpoint_wrong", checkpointName, message);
    return null;
  }
  const threshold = thresholdOf(policy, "log");
  if (signers.length < threshold) {
    const message = `${signers.length} trusted signatures, the policy asks for ${threshold}`;
    findings.add("log_checkpoint_wrong", checkpointName, message);
    return null;
  }
  return { checkpoint, note: note.value, signers };
}

function checkEntry(
  record: Uint8Array,
  number: number,
  file: string,
  entries: Map<string, RunEntry>,
  findings: Findings<LogFindingCode>,
): RunEntry | null {
  const at = `${file} line ${number + 1}`;
  const entry = parseRunEntry(record);
  if (!entry.ok) {
    findings.add("log_entry_malformed", at, entry.fault.message);
    return null;
  }
  const { seq, seal } = entry.value;
  if (seq !== number) findings.add("log_sequence_broken", at, `it says it is entry ${seq}`);
  if (entries.has(seal.runId))
    findings.add("log_run_repeated", at, `${seal.runId} is there before`);
  else entries.set(seal.runId, entry.value);
  return entry.value;
}

function checkTree(
  checkpoint: Checkpoint,
  { tree, rootAt, tornBytes }: LogReading,
  file: string,
  findings: Findings<LogFindingCode>,
): void {
  const { size, root } = checkpoint;
  if (tree.size < size) {
    const message = `${tree.size} entries, the checkpoint signs ${size}`;
    findings.add("log_truncated", `${file} line ${tree.size + 1}`, message);
    return;
  }
  if (!equalHashes(rootAt.get(size) ?? new Uint8Array(0), root)) {
    const message = `its first ${size} entries are not those that the checkpoint signs`;
    findings.add("log_root_differs", file, message);
  }
  if (tree.size > size || tornBytes > 0) {
    const message = "what follows is not signed and proves nothing; the next sealed run clears it";
    findings.add("log_tail_unsigned", `${file} line ${size + 1}`, message);
  }
}

/** A checkpoint carries no time of its own; its last entry does. */
function checkTimes(
  signers: readonly TrustedKey[],
  lastMs: Millis | null,
  findings: Findings<LogFindingCode>,
): void {
  for (const key of signers) {
    if (lastMs === null || isValidAt(key, lastMs)) continue;
    const message = `${key.name} generation ${key.generation} was not trusted when it last signed`;
    findings.add("log_key_expired", checkpointName, message);
  }
}

function addGrowth(findings: Findings<LogFindingCode>, { code, message, at = "" }: Fault): void {
  const isKnown = code === "log_rolled_back" || code === "log_rewritten";
  findings.add(isKnown ? code : "witness_unreadable", at === "" ? checkpointName : at, message);
}

function checkRuns(
  runs: readonly PresentRun[],
  entries: ReadonlyMap<string, RunEntry>,
  findings: Findings<LogFindingCode>,
): void {
  // A name may be there twice, in the folders of both tiers; then each has to be the logged one.
  const present = Map.groupBy(runs, ({ runId }) => runId);
  for (const [runId, { seal }] of entries) {
    const here = present.get(runId);
    const other = here?.find(({ statementSha256 }) => statementSha256 !== seal.statementSha256);
    if (here === undefined) {
      const message = "the log says that it was sealed, and it is not there";
      findings.add("log_run_missing", runId, message);
    } else if (other !== undefined) {
      const what = other.statementSha256 === null ? "its statement is gone" : "it has another seal";
      findings.add("log_run_replaced", runId, `${what} than the one in the log`);
    }
  }
  for (const { runId, statementSha256 } of runs) {
    if (statementSha256 === null || entries.has(runId)) continue;
    findings.add("log_run_unlisted", runId, "it is sealed and the log does not know it");
  }
}
