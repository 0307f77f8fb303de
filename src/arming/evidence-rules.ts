import { type ChangeOp, maxSkewMs } from "#safety";
import { type ChangeRecord, utcMs } from "./change-record.ts";

export type EvidenceFinding = Readonly<{
  code: "evidence_missing" | "evidence_not_ok" | "evidence_too_old" | "evidence_in_future";
  message: string;
}>;

/**
 * What people must have looked at before they sign. Letting go of the halt and raising limits need
 * less than arming; a change of who may approve, and what only reduces risk, need nothing.
 */
export const neededEvidence: Readonly<Record<ChangeOp, readonly string[]>> = {
  ARM: ["switch", "heartbeat", "deploy_report"],
  RELEASE_HALT: ["switch"],
  RAISE_LIMIT: ["deploy_report"],
  CHANGE_POLICY: [],
  FLATTEN: [],
};

/** What was seen longer ago says little about now. */
export const maxEvidenceAgeMs: number = 30 * 60_000;

/** Everything that is wrong with the evidence of a change, at this time. */
export function judgeEvidence(
  { op, evidence }: Pick<ChangeRecord, "op" | "evidence">,
  nowMs: number,
): readonly EvidenceFinding[] {
  const findings: EvidenceFinding[] = [];
  for (const name of neededEvidence[op]) {
    const item = evidence.find((each) => each.name === name);
    if (item === undefined) {
      findings.push({ code: "evidence_missing", message: `${op} needs evidence of ${name}` });
      continue;
    }
    if (item.verdict !== "ok") {
      findings.push({ code: "evidence_not_ok", message: `${name} was not ok` });
    }
    const ageMs = nowMs - utcMs(item.at);
    if (ageMs < -maxSkewMs) {
      findings.push({ code: "evidence_in_future", message: `${name} is of ${item.at}` });
    } else if (!(ageMs <= maxEvidenceAgeMs)) {
      findings.push({ code: "evidence_too_old", message: `${name} is of ${item.at}` });
    }
  }
  return findings;
}
