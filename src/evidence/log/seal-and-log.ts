import { err, type Fault, ok, type Result } from "#base";
import { checkSeal } from "../seal/check-seal.ts";
import { makeReadOnly, type RunSeal, type SealRequest, sealRun } from "../seal/seal-run.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { type LoggedRun, type LogRunRequest, logSealedRuns } from "./installation-log.ts";
import type { LogPlace } from "./merkle-log.ts";

export type SealResult = Readonly<{
  seal: RunSeal;
  /** Where the run stands in the installation's log. */
  logged: LoggedRun;
  /** False when the directory was sealed before and only the rest had to be done. */
  isNew: boolean;
}>;

export type SealAndLogRequest = Readonly<{
  seal: SealRequest;
  log: LogRunRequest & Readonly<{ place: LogPlace }>;
}>;

/**
 * The whole order of a seal: last leaf, checkpoint, SHA256SUMS, statement, read-only, then the leaf
 * in the installation's log (docs/contracts/seal.md 3). Doing it again after a crash finishes what
 * was left; a run that was sealed before must still check clean. Faults: seal_broken (it does not),
 * those of sealRun and logSealedRuns.
 */
export function sealAndLogRun(
  directory: string,
  { seal: request, log }: SealAndLogRequest,
): Result<SealResult, Fault> {
  const sealed = sealRun(directory, request);
  const isOld = !sealed.ok && sealed.fault.code === "seal_exists";
  const seal = isOld ? readSeal(directory, request, log) : sealed;
  if (!seal.ok) return seal;
  const logged = logSealedRuns(log.place, [seal.value], log);
  if (!logged.ok) return logged;
  const [run] = logged.value.runs;
  return run === undefined
    ? err({ code: "log_run_differs", message: "the log took no entry", at: seal.value.runId })
    : ok({ seal: seal.value, logged: run, isNew: !isOld });
}

function readSeal(
  directory: string,
  { runId, fs = nodeFileSystem }: SealRequest,
  { policy }: LogRunRequest,
): Result<RunSeal, Fault> {
  const check = checkSeal(directory, { policy, runId, fs });
  if (!check.ok) return check;
  const { seal, findings } = check.value;
  const [first] = findings;
  if (seal !== null && first === undefined) {
    // A crash may have come between the statement and this.
    const done = makeReadOnly(fs, directory);
    return done.ok ? ok(seal) : done;
  }
  const message = `it is sealed, and its seal is broken: ${first?.message ?? "unreadable"}`;
  return err({ code: "seal_broken", message, at: `${directory}/${first?.at ?? ""}` });
}
