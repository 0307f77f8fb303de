import type { RunMode, RunTier } from "../../artifacts/orders/order-manifest.ts";
import type { ClaimVerdict, Finding, VerdictWord } from "../../artifacts/verdict.ts";
import type { OrderClaim, OrderRun } from "./order-claim.ts";
import type { OrderClaimLog } from "./order-reporter.ts";
import { orderFileNames } from "./records.ts";

/** The outcome of a verification of recorded order evidence. */
export type OrderVerdict = Readonly<{
  schema_version: "order_verdict/1";
  run_id: string;
  run_directory: string;
  tier: RunTier | null;
  mode: RunMode | null;
  verdict: Exclude<VerdictWord, "NOT_APPLICABLE">;
  reasons: readonly string[];
  claims: readonly ClaimVerdict[];
  findings: readonly Finding[];
  /** What cannot be known, in the same form. */
  gaps: readonly Finding[];
  left_out: number;
  records_read: number;
}>;

/** A claim that has been judged. */
export type JudgedClaim = Readonly<{ verdict: ClaimVerdict; log: OrderClaimLog }>;

/** A finding makes it FAIL, a gap NOT_MEASURABLE, and so does having looked at nothing. */
export function judgeClaim(claim: OrderClaim, log: OrderClaimLog): ClaimVerdict {
  const { id, clause } = claim;
  const { checked, totalFindings, findings, gaps } = log;
  const base = { id, clause, checked, findings: totalFindings };
  if (totalFindings > 0) return { ...base, verdict: "FAIL", reason: codesOf(findings) };
  if (gaps.length > 0) return { ...base, verdict: "NOT_MEASURABLE", reason: codesOf(gaps) };
  if (checked > 0) return { ...base, verdict: "PASS", reason: null };
  return { ...base, verdict: "NOT_MEASURABLE", reason: "nothing_to_check" };
}

export function notApplicable({ id, clause }: OrderClaim, reason: string): ClaimVerdict {
  return { id, clause, verdict: "NOT_APPLICABLE", reason, checked: 0, findings: 0 };
}

/**
 * Files that a claim reads and that could not be read. Owed by the contract they are findings;
 * otherwise they are what an audit or a fuller tier would have brought.
 */
export function missingReads(claim: OrderClaim, run: OrderRun, log: OrderClaimLog): OrderClaimLog {
  let { findings, totalFindings, gaps, totalGaps } = log;
  for (const artifact of claim.reads) {
    if (run.files.isRead(artifact)) continue;
    const owed = run.files.isRequired(artifact);
    const file = orderFileNames[artifact];
    const code = owed ? "evidence_missing" : "audit_not_executed";
    const detail = owed ? "is owed and cannot be read" : "is not there, and nothing owes it";
    const entry: Finding = { claim: claim.id, code, file, line: null, field: null, detail };
    if (owed) {
      findings = [...findings, entry];
      totalFindings += 1;
    } else {
      gaps = [...gaps, entry];
      totalGaps += 1;
    }
  }
  return { checked: log.checked, findings, totalFindings, gaps, totalGaps };
}

/** FAIL if any, else NOT_MEASURABLE if any, else PASS. */
export function overallOf(claims: readonly ClaimVerdict[]): OrderVerdict["verdict"] {
  const said = new Set(claims.map(({ verdict }) => verdict));
  if (said.has("FAIL")) return "FAIL";
  return said.has("NOT_MEASURABLE") || !said.has("PASS") ? "NOT_MEASURABLE" : "PASS";
}

/** The distinct codes, first come first. */
function codesOf(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ code }) => code))].join(", ");
}
