import { type Millis, millisFromIso } from "#base";
import type { ClaimVerdict, Verdict } from "../artifacts/verdict.ts";
import type { IncidentFinding } from "./check-bundle.ts";
import { type Criterion, parseCriterion } from "./criterion.ts";
import type { CriterionResult, RefusalReason } from "./entry.ts";
import type { IncidentState } from "./incident-state.ts";
import { toPlainLine } from "./plain-text.ts";
import type { RunFacts } from "./run-facts.ts";

/** The run that is meant to show that the trouble is over, as its files have it. */
export type ClosingRun = Readonly<{
  facts: RunFacts;
  verdict: Verdict;
  /** What its SHA256SUMS lists, digest by path. */
  digests: ReadonlyMap<string, string>;
  /** Size of a regular file of the run; null when there is none. */
  sizeOf: (path: string) => number | null;
}>;

/** By number of the criterion. */
export type Confirmations = ReadonlyMap<number, Readonly<{ by: string; evidence: string }>>;

export type ClosureJudgement = Readonly<{
  /** Why the incident stays open; none = it may be closed. */
  reasons: readonly RefusalReason[];
  criteria: readonly CriterionResult[];
}>;

/** Everything that speaks against closing, not only the first. */
export function judgeClosure(
  state: IncidentState,
  run: ClosingRun,
  confirmations: Confirmations,
  context: Readonly<{ bundle: readonly IncidentFinding[]; nowMs: Millis }>,
): ClosureJudgement {
  const criteria = state.criteria.map((text, index) =>
    judgeCriterion(text, index + 1, run, confirmations),
  );
  const unmet = criteria.filter(({ met }) => !met);
  return {
    criteria,
    reasons: [
      ...context.bundle
        .slice(0, maxBundleReasons)
        .map(({ code, file, detail }) => reasonOf(code, `${file}: ${detail}`)),
      ...whyNotAnother(state, run),
      ...whyNotNewer(state, run, context.nowMs),
      ...whyNotProven(run),
      ...(criteria.length > 0 ? [] : [reasonOf("criteria_missing", "there is no criterion yet")]),
      ...unmet.map(({ number, criterion, detail }) =>
        reasonOf("criterion_unmet", `criterion ${number}, ${criterion}: ${detail}`),
      ),
    ],
  };
}

function whyNotAnother({ opened }: IncidentState, { facts }: ClosingRun): readonly RefusalReason[] {
  if (facts.run_id === null) {
    return [reasonOf("run_unknown", `the run has no run_id: ${facts.run_id_reason ?? "unknown"}`)];
  }
  const { run } = opened;
  const same = facts.run_id === run.run_id || facts.directory === run.directory;
  if (!same && (facts.sums_sha256 ?? "none") !== run.sums_sha256) return [];
  return [reasonOf("same_run", `${facts.run_id} is the run of the incident; another has to pass`)];
}

function whyNotNewer(
  { opened }: IncidentState,
  { facts }: ClosingRun,
  nowMs: Millis,
): readonly RefusalReason[] {
  const started = millisFromIso(facts.start_time ?? "");
  const openedMs = millisFromIso(opened.ts_utc);
  if (!started.ok || !openedMs.ok) {
    const why = facts.start_time_reason ?? "not a UTC time";
    return [reasonOf("run_start_unknown", `the run's start_time is unknown: ${why}`)];
  }
  const times = `the run started ${facts.start_time}`;
  if (started.value > nowMs) return [reasonOf("run_start_in_future", `${times}, after now`)];
  if (started.value > openedMs.value) return [];
  return [reasonOf("run_not_newer", `${times}, the incident was opened ${opened.ts_utc}`)];
}

function whyNotProven({ facts, verdict }: ClosingRun): readonly RefusalReason[] {
  if (!verdict.sealed || !facts.sealed) {
    return [reasonOf("run_not_sealed", "the run is not sealed: it was never finished")];
  }
  if (verdict.run_id !== facts.run_id) {
    return [reasonOf("run_changed", "the run changed while it was verified")];
  }
  if (verdict.verdict === "PASS") return [];
  const [first = "no reason given", ...others] = verdict.reasons;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const detail = `assay verify says ${verdict.verdict}: ${first}${more}`;
  return [reasonOf("run_not_verified", detail)];
}

function judgeCriterion(
  text: string,
  number: number,
  run: ClosingRun,
  confirmations: Confirmations,
): CriterionResult {
  const confirmation = confirmations.get(number) ?? null;
  const parsed = parseCriterion(text);
  // A later version may know fewer kinds than the one that wrote it: unknown is not met.
  const judged = parsed.ok
    ? judgeParsed(parsed.value, run, confirmation !== null)
    : { met: false, detail: parsed.fault.message };
  const detail = toPlainLine(judged.detail);
  return { number, criterion: text, met: judged.met, detail, confirmation };
}

type Judged = Readonly<{ met: boolean; detail: string }>;

function judgeParsed(criterion: Criterion, run: ClosingRun, confirmed: boolean): Judged {
  switch (criterion.kind) {
    case "claim":
      return judgeClaim(claimOf(run, criterion.claim), criterion.claim);
    case "artifact":
      return judgeArtifact(run, criterion.file);
    case "join":
      return judgeJoin(run, criterion);
    case "text":
      if (confirmed) return { met: true, detail: "confirmed" };
      return { met: false, detail: "nobody has confirmed it (--confirm N --evidence REF)" };
  }
}

function claimOf({ verdict }: ClosingRun, id: string): ClaimVerdict | null {
  return verdict.claims.find((claim) => claim.id === id) ?? null;
}

function judgeClaim(claim: ClaimVerdict | null, id: string): Judged {
  if (claim === null) return { met: false, detail: `the verifier makes no claim ${id}` };
  const { verdict, reason, checked } = claim;
  const why = reason === null ? "" : ` (${reason})`;
  return { met: verdict === "PASS", detail: `${verdict}${why}, ${checked} checked` };
}

function judgeArtifact(run: ClosingRun, file: string): Judged {
  const sha256 = run.digests.get(file);
  const size = run.sizeOf(file);
  if (size === null) return { met: false, detail: "is not in the run" };
  if (sha256 === undefined) return { met: false, detail: "is not listed in SHA256SUMS" };
  return { met: true, detail: `${size} bytes, sha256 ${sha256}` };
}

/** A join over nothing proves nothing: both files are there, the first holds something. */
function judgeJoin(
  run: ClosingRun,
  { from, to, claim }: Readonly<{ from: string; to: string; claim: string }>,
): Judged {
  for (const artifact of [from, to]) {
    const file = [...run.digests.keys()].find((path) => stemOf(path) === artifact);
    if (file === undefined) return { met: false, detail: `the run has no ${artifact}` };
    if ((run.sizeOf(file) ?? 0) === 0) return { met: false, detail: `${file} holds nothing` };
  }
  const found = claimOf(run, claim);
  const { met, detail } = judgeClaim(found, claim);
  return { met: met && found !== null && found.checked > 0, detail: `${claim}: ${detail}` };
}

function stemOf(path: string): string {
  return path.replace(/\.jsonl?$/, "");
}

function reasonOf(code: string, detail: string): RefusalReason {
  return { code, detail: toPlainLine(detail) };
}

/** A bundle that is gone to pieces is told by its first findings. */
const maxBundleReasons = 10;
