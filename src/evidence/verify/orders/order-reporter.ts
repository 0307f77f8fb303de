import type { Finding } from "../../artifacts/verdict.ts";
import { shorten } from "../../reading/problem.ts";
import type { At, OrderReport } from "./order-claim.ts";

/** What a claim said while a run was read: the first of each, and how many there were. */
export type OrderClaimLog = Readonly<{
  checked: number;
  findings: readonly Finding[];
  totalFindings: number;
  gaps: readonly Finding[];
  totalGaps: number;
}>;

export type OrderReporter = OrderReport & Readonly<{ log: () => OrderClaimLog }>;

/** Findings, and gaps, kept for each claim: enough to see a pattern. */
const kept = 50;

export function createOrderReporter(claim: string): OrderReporter {
  const findings: Finding[] = [];
  const gaps: Finding[] = [];
  let checked = 0;
  let totalFindings = 0;
  let totalGaps = 0;

  const finding = (code: string, at: At, detail: string): Finding => ({
    claim,
    code,
    file: at.file,
    line: at.line,
    field: at.field ?? null,
    detail: shorten(detail),
  });

  return {
    count(more = 1): void {
      checked += more;
    },
    finding(code, at, detail): void {
      totalFindings += 1;
      if (findings.length < kept) findings.push(finding(code, at, detail));
    },
    gap(code, at, detail): void {
      totalGaps += 1;
      if (gaps.length < kept) gaps.push(finding(code, at, detail));
    },
    log: () => ({ checked, findings, totalFindings, gaps, totalGaps }),
  };
}
