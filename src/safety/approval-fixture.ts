import {
  type ApprovalFacts,
  type ApprovedChange,
  type ChangeDigests,
  type ChangeTarget,
  mintApprovedChange,
} from "./approved-change.ts";
import type { ArmingFacts } from "./arming.ts";
import { evaluateSwitch } from "./kill-switch.ts";
import type { Moment } from "./moment.ts";

/** For tests: one target, what runs there, and a change of it that two people approved. */
export const noonMs: number = 1_767_355_200_000;

export const target: ChangeTarget = {
  systemId: "assay.local",
  env: "live",
  venue: "okx",
  accountHash: "0123456789abcdef",
  bootId: "boot-1",
};

export const digests: ChangeDigests = {
  release: "a".repeat(64),
  policy: "b".repeat(64),
  limits: "c".repeat(64),
};

/** So many milliseconds after noon, on both clocks. */
export function after(ms: number): Moment {
  return { wallMs: noonMs + ms, monoMs: 5000 + ms };
}

export function approvalFacts(change: Partial<ApprovalFacts> = {}): ApprovalFacts {
  return {
    op: "ARM",
    changeId: "d".repeat(64),
    target,
    digests,
    window: { notBeforeMs: noonMs, notAfterMs: noonMs + 3_600_000 },
    requester: "ada",
    approvers: [
      { person: "ada", keyId: "1", roles: ["operator"] },
      { person: "grace", keyId: "2", roles: ["reviewer"] },
    ],
    admittedAt: after(0),
    ...change,
  };
}

/** A genuine proof; a Defect where these facts make none. */
export function approved(change: Partial<ApprovalFacts> = {}): ApprovedChange {
  const proof = mintApprovedChange(approvalFacts(change));
  if (!proof.ok) throw new Error(proof.fault.code);
  return proof.value;
}

export function armingFacts(change: Partial<ArmingFacts> = {}): ArmingFacts {
  const reading = { state: "text", text: "0" } as const;
  return {
    target,
    digests,
    verdict: evaluateSwitch([{ name: "switch", reading }], after(0)),
    latch: { state: "clear" },
    freshness: { fresh: true, reason: "fresh", lastTickMs: noonMs, ageMs: 0 },
    ...change,
  };
}
