import type { Finding } from "../artifacts/verdict.ts";
import { shorten } from "../reading/problem.ts";
import type { Place, Report } from "./claim.ts";
import { artifactByKind } from "./records.ts";
import { fileNameOf } from "./run-files.ts";

/** What a claim said while a run was read. */
export type ClaimLog = Readonly<{
  checked: number;
  /** The first of them; `total` counts all. */
  findings: readonly Finding[];
  total: number;
}>;

export type Reporter = Report &
  Readonly<{
    claim: string;
    /** A finding about a file that no record kind stands for. */
    fileFinding: (finding: Omit<Finding, "claim">) => void;
    log: () => ClaimLog;
  }>;

/** Findings kept for each claim: enough to see a pattern, bounded for a file of garbage. */
const keptFindings = 50;

export function createReporter(claim: string, runId: string): Reporter {
  const findings: Finding[] = [];
  let checked = 0;
  let total = 0;

  function fileFinding(finding: Omit<Finding, "claim">): void {
    total += 1;
    if (findings.length < keptFindings) findings.push({ claim, ...finding });
  }

  return {
    claim,
    count(more = 1): void {
      checked += more;
    },
    finding(code: string, place: Place, detail: string): void {
      fileFinding({
        code,
        file: fileNameOf(artifactByKind[place.kind], runId),
        line: place.line ?? null,
        field: place.field ?? null,
        detail: shorten(detail),
      });
    },
    fileFinding,
    log: () => ({ checked, findings, total }),
  };
}
