import { assert, err, type Fault, ok, type Result } from "#base";
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

/** What is asked of each run alone. */
type OwnRequest = "runId" | "detached" | "areRecordsDurable";

export type RunToSeal = Pick<SealRequest, OwnRequest> & Readonly<{ directory: string }>;

export type SealAndLogRequest = Readonly<{
  seal: Omit<SealRequest, OwnRequest>;
  log: LogRunRequest & Readonly<{ place: LogPlace }>;
}>;

/**
 * The whole order of a seal for each run: last leaf, checkpoint, SHA256SUMS, statement, read-only;
 * then the leaves of all in the log of the installation, signed once (docs/contracts/seal.md 3).
 * Doing it again after a crash finishes what was left; a run that was sealed before must still
 * check clean. A run that cannot be sealed stops those behind it, and those before it are entered.
 * Faults: seal_broken (sealed before and not clean), those of sealRun and logSealedRuns.
 */
export function sealAndLogRuns(
  runs: readonly RunToSeal[],
  { seal: request, log }: SealAndLogRequest,
): Result<readonly SealResult[], Fault> {
  const sealed: Omit<SealResult, "logged">[] = [];
  let stopped: Fault | null = null;
  for (const { directory, ...run } of runs) {
    const one = sealOnce(directory, { ...request, ...run }, log);
    if (one.ok) sealed.push(one.value);
    else {
      stopped = one.fault;
      break;
    }
  }
  if (sealed.length === 0) return stopped === null ? ok([]) : err(stopped);
  const seals = sealed.map(({ seal }) => seal);
  const logged = logSealedRuns(log.place, seals, log);
  if (!logged.ok) return logged;
  if (stopped !== null) return err(stopped);
  const places = logged.value.runs;
  return ok(
    sealed.flatMap((one, index) => {
      const place = places[index];
      assert(place !== undefined, "the log tells the place of every run");
      return { ...one, logged: place };
    }),
  );
}

function sealOnce(
  directory: string,
  request: SealRequest,
  log: LogRunRequest,
): Result<Omit<SealResult, "logged">, Fault> {
  const sealed = sealRun(directory, request);
  if (sealed.ok) return ok({ seal: sealed.value, isNew: true });
  if (sealed.fault.code !== "seal_exists") return sealed;
  const seal = readSeal(directory, request, log);
  return seal.ok ? ok({ seal: seal.value, isNew: false }) : seal;
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
