import type { ClaimVerdict, Verdict } from "../artifacts/verdict.ts";
import type { ClaimLog } from "./reporter.ts";

/** Everything a verdict on one claim stands on. */
export type Evidence = Readonly<{
  id: string;
  clause: string;
  log: ClaimLog;
  /** Why the claim is none of this run's, or could not be looked at; null when it was. */
  notApplicable: string | null;
  notMeasurable: string | null;
  /** A claim whose own count proves that nothing is right here. */
  emptinessProvenBy: string | null;
}>;

/**
 * Findings fail a claim; nothing looked at never passes one. A file that was read and is empty is
 * one thing looked at where another claim, which counted, proves that it has to be empty: the
 * reason says so.
 */
export function judge(evidence: readonly Evidence[]): readonly ClaimVerdict[] {
  const byId = new Map(evidence.map((entry) => [entry.id, entry]));
  return evidence.map((entry) => {
    const { id, clause, log } = entry;
    const [verdict, reason] = verdictOf(entry, byId);
    const checked = verdict === "PASS" ? Math.max(log.checked, 1) : log.checked;
    return { id, clause, verdict, reason, checked, findings: log.total };
  });
}

function verdictOf(
  { log, notApplicable, notMeasurable, emptinessProvenBy }: Evidence,
  byId: ReadonlyMap<string, Evidence>,
): readonly [ClaimVerdict["verdict"], string | null] {
  if (notApplicable !== null) return ["NOT_APPLICABLE", notApplicable];
  if (log.total > 0) return ["FAIL", log.total === 1 ? "1 finding" : `${log.total} findings`];
  if (notMeasurable !== null) return ["NOT_MEASURABLE", notMeasurable];
  if (log.checked > 0) return ["PASS", null];
  const proof = emptinessProvenBy === null ? undefined : byId.get(emptinessProvenBy);
  const proven =
    proof !== undefined &&
    proof.notApplicable === null &&
    proof.notMeasurable === null &&
    proof.log.total === 0 &&
    proof.log.checked > 0;
  if (!proven) return ["NOT_MEASURABLE", "nothing_to_check"];
  return ["PASS", `empty_as_${emptinessProvenBy}_proves`];
}

/** FAIL before NOT_MEASURABLE before PASS; claims that do not apply say nothing. */
export function overallOf(claims: readonly ClaimVerdict[]): Pick<Verdict, "verdict" | "reasons"> {
  for (const verdict of ["FAIL", "NOT_MEASURABLE"] as const) {
    const reasons = claims
      .filter((claim) => claim.verdict === verdict)
      .map(({ id, reason }) => `${id}: ${reason ?? "unknown"}`);
    if (reasons.length > 0) return { verdict, reasons };
  }
  return { verdict: "PASS", reasons: [] };
}
