import { join } from "node:path";
import { type Fault, isoFromMillis, type Millis, ok, type Result } from "#base";
import type { DeletionRecord } from "../artifacts/orders/deletion-record.ts";
import type { PrivateKey } from "../seal/ed25519.ts";
import type { FileSystem } from "../store/file-system.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { writeDeletion } from "./deletion-log.ts";
import type { RunDecision } from "./judge-raw.ts";
import { type RetentionPlan, rawRunPath } from "./plan-retention.ts";

export type ApplyRetention = Readonly<{
  root: string;
  nowMs: Millis;
  /** Of purpose log: it says that the installation, and nobody else, took the files. */
  key: Pick<PrivateKey, "sign" | "publicKey">;
  fs?: FileSystem;
  /** Hears of each run when its samples are gone. */
  onRun?: (decision: RunDecision) => void;
}>;

/**
 * Carries a plan out, run by run: first the signed record, durable, then the files it names, then
 * their directory. Cut short at any point, the next plan goes on where this one stopped. Faults:
 * those of writeDeletion and the store; runs before the fault are done.
 */
export function applyRetention(
  plan: RetentionPlan,
  request: ApplyRetention,
): Result<Readonly<{ runs: number; bytes: number }>, Fault> {
  const { root, nowMs, key, fs = nodeFileSystem, onRun = () => undefined } = request;
  let [runs, bytes] = [0, 0];
  for (const decision of plan.runs) {
    if (decision.action !== "delete") continue;
    const recorded = writeDeletion(fs, root, recordOf(decision, plan.window_days, nowMs), key);
    if (!recorded.ok) return recorded;
    const gone = deleteFiles(fs, rawRunPath(root, decision.run_id), decision);
    if (!gone.ok) return gone;
    runs += 1;
    bytes += decision.bytes;
    onRun(decision);
  }
  return ok({ runs, bytes });
}

function recordOf(decision: RunDecision, windowDays: number, nowMs: Millis): DeletionRecord {
  return {
    schema_version: "deletion_record/1",
    run_id: decision.run_id,
    ts_utc: isoFromMillis(nowMs),
    policy: `raw samples of screening runs are kept ${windowDays} days`,
    age_days: decision.age_days ?? 0,
    files: decision.files,
    raw_sums_sha256: decision.raw_sums_sha256 ?? "",
  };
}

/** Nothing but what the record names, and nothing outside raw/. */
function deleteFiles(
  fs: FileSystem,
  directory: string,
  { files }: RunDecision,
): Result<void, Fault> {
  return attemptIo("write", join(directory, "raw"), () => {
    for (const { path } of files) {
      if (!isRawFile(path)) throw new TypeError(`not a raw sample: ${path}`);
      fs.unlink(join(directory, path));
    }
    fs.syncDirectory(join(directory, "raw"));
  });
}

function isRawFile(path: string): boolean {
  return /^raw\/[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(path);
}
