import { join } from "node:path";
import { assert, err, type Fault, isoFromMillis, ok, type Result } from "#base";
import type { Verdict } from "../artifacts/verdict.ts";
import { sumsFileName } from "../run/file-names.ts";
import { sha256 } from "../run/identity.ts";
import { parseSums } from "../seal/sums.ts";
import { makeDirectories, readDocument, writeDocument } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import { authenticityClaim } from "../verify/authenticity.ts";
import type { IncidentAct } from "./add-to-incident.ts";
import { checkBundle } from "./check-bundle.ts";
import { parseCriterion } from "./criterion.ts";
import type { ClosedBody, CloseRefusedBody, CriterionResult, RefusalReason } from "./entry.ts";
import { findIncident, type IncidentPlace } from "./find-incident.ts";
import { closureVerdictName, incidentFiles } from "./incident-files.ts";
import type { IncidentHost } from "./incident-host.ts";
import { checkTexts } from "./incident-input.ts";
import type { IncidentState } from "./incident-state.ts";
import {
  type ClosingRun,
  type ClosureJudgement,
  type Confirmations,
  judgeClosure,
} from "./judge-closure.ts";
import { type VerifyRun, verdictBytes } from "./latest-verdict.ts";
import { readRunFacts } from "./run-facts.ts";
import { addEntry, type Landed } from "./write-record.ts";

export type Closing = Readonly<{
  runDirectory: string;
  verify: VerifyRun;
  /** For criteria that are texts: the number of one, and what proves it. */
  confirmations: readonly Readonly<{ number: number; evidence: string }>[];
}>;

/** What came of it; a refusal is an entry too. */
export type ClosureOutcome = IncidentPlace &
  Landed &
  Readonly<{
    closed: boolean;
    reasons: readonly RefusalReason[];
    criteria: readonly CriterionResult[];
  }>;

/**
 * Closes an incident, if another run that started after the opening is sealed, verifies and meets
 * every criterion; else the record gets a refusal with every reason. Faults, which leave no entry:
 * incident_closed, incident_damaged, confirmation_unfit, those of findIncident, addEntry, `verify`.
 */
export function closeIncident(
  host: IncidentHost,
  act: IncidentAct,
  closing: Closing,
): Result<ClosureOutcome, Fault> {
  const { root, by, clock } = act;
  const place = findIncident(host.fs, root, act.incident);
  if (!place.ok) return place;
  const texts = checkTexts({ by: { text: by, lines: "one" } });
  if (!texts.ok) return texts;
  const verdict = closing.verify(closing.runDirectory);
  if (!verdict.ok) return verdict;
  const run = closingRun(root, closing.runDirectory, verdict.value);
  const nowMs = clock.nowMillis();
  const author = { by, ts_utc: isoFromMillis(nowMs) };
  const landed = addEntry(host, place.value, author, (state) => {
    const confirmations = checkConfirmations(state, closing, by);
    if (!confirmations.ok) return confirmations;
    const { folder } = place.value;
    const bundle = checkBundle(folder, state.opened.bundle).findings;
    const judged = judgeClosure(state, run, confirmations.value, { bundle, nowMs });
    return endingOf(host, folder, run, judged);
  });
  return landed.ok ? ok({ ...place.value, ...landed.value, ...outcomeOf(landed.value) }) : landed;
}

function closingRun(root: string, directory: string, verdict: Verdict): ClosingRun {
  const bytes = readDocument(nodeFileSystem, join(directory, sumsFileName));
  const sums = bytes.ok ? parseSums(bytes.value) : bytes;
  const digests = sums.ok ? sums.value.map(({ path, sha256 }) => [path, sha256] as const) : [];
  return {
    facts: readRunFacts(root, directory),
    verdict,
    digests: new Map(digests),
    sizeOf(path): number | null {
      const stat = attemptIo("read", path, () => nodeFileSystem.look(join(directory, path)));
      return stat.ok && stat.value?.kind === "file" ? stat.value.size : null;
    },
  };
}

/** A confirmation of nothing, or of what a machine checks, is a slip of the pen. */
function checkConfirmations(
  state: IncidentState,
  { confirmations }: Closing,
  by: string,
): Result<Confirmations, Fault> {
  if (state.status === "closed") {
    const message = `closed ${state.closed?.ts_utc} with ${state.closed?.run.run_id}`;
    return err({ code: "incident_closed", message, at: state.id });
  }
  const byNumber = new Map<number, Readonly<{ by: string; evidence: string }>>();
  for (const { number, evidence } of confirmations) {
    const text = state.criteria[number - 1];
    const criterion = text === undefined ? null : parseCriterion(text);
    if (criterion === null) return unfit(number, `there are ${state.criteria.length} criteria`);
    if (!criterion.ok || criterion.value.kind !== "text") {
      return unfit(number, "a machine checks it, nobody can confirm it");
    }
    if (byNumber.has(number)) return unfit(number, "it is confirmed twice");
    const fit = checkTexts({ evidence: { text: evidence, lines: "one" } });
    if (!fit.ok) return fit;
    byNumber.set(number, { by, evidence });
  }
  return ok(byNumber);
}

function unfit(number: number, why: string): Result<never, Fault> {
  return err({ code: "confirmation_unfit", message: `criterion ${number}: ${why}` });
}

/** The verdict of a closing run is kept before the entry that names it. */
function endingOf(
  { fs }: IncidentHost,
  folder: string,
  { facts: run, verdict }: ClosingRun,
  { reasons, criteria }: ClosureJudgement,
): Result<ClosedBody | CloseRefusedBody, Fault> {
  const checked = verdict.claims.reduce((sum, claim) => sum + claim.checked, 0);
  const findings = verdict.claims.reduce((sum, claim) => sum + claim.findings, 0);
  const claims = verdict.claims.length;
  const authenticity = authenticityOf(verdict);
  const ending = {
    run,
    verdict: { verdict: verdict.verdict, claims, checked, findings, authenticity },
    criteria,
  };
  if (reasons.length > 0) return ok({ type: "close_refused", ...ending, reasons });
  const bytes = verdictBytes(verdict);
  const made = makeDirectories(fs, join(folder, incidentFiles.closure));
  if (!made.ok) return made;
  const path = join(folder, incidentFiles.closure, closureVerdictName);
  const written = writeDocument(fs, path, bytes, 0o444);
  return written.ok ? ok({ type: "closed", ...ending, verdict_sha256: sha256(bytes) }) : written;
}

/** Whoever reads the record sees whether it was asked who sealed the run. */
function authenticityOf({ claims }: Verdict): string {
  const claim = claims.find(({ id }) => id === authenticityClaim.id);
  if (claim === undefined) return "not_asked";
  return claim.reason === null ? claim.verdict : `${claim.verdict}: ${claim.reason}`;
}

function outcomeOf({ state }: Landed): Pick<ClosureOutcome, "closed" | "reasons" | "criteria"> {
  const last = state.links.at(-1)?.entry;
  if (last?.type === "closed") return { closed: true, reasons: [], criteria: last.criteria };
  assert(last?.type === "close_refused", "an attempt to close ends in one of two entries");
  return { closed: false, reasons: last.reasons, criteria: last.criteria };
}
