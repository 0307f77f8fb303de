import { err, type Fault, type Millis, ok, type Result } from "#base";
import type { Moment } from "./moment.ts";

declare const approvedMark: unique symbol;

/**
 * Proof that two different people signed one change, in time, for this very process. It carries no
 * data, is good for one act, and lives in memory alone: nothing on disk is one.
 */
export type ApprovedChange = Readonly<{ [approvedMark]: true }>;

export const changeOps = [
  "ARM",
  "RELEASE_HALT",
  "CHANGE_POLICY",
  "RAISE_LIMIT",
  "FLATTEN",
] as const;

/** What two people can approve. Halting needs nobody's approval. */
export type ChangeOp = (typeof changeOps)[number];

/** The process that a change is for; all of it is signed. */
export type ChangeTarget = Readonly<{
  systemId: string;
  env: string;
  venue: string;
  accountHash: string;
  /** Of this start of the process: nothing that was signed for another start counts. */
  bootId: string;
}>;

/** What runs, by whose leave, within which limits; each a SHA-256 in hex. */
export type ChangeDigests = Readonly<{ release: string; policy: string; limits: string }>;

export type ChangeWindow = Readonly<{ notBeforeMs: Millis; notAfterMs: Millis }>;

export type ApproverRole = "operator" | "reviewer";

/** One person who signed, with all roles that the policy gives them. */
export type Approver = Readonly<{
  person: string;
  keyId: string;
  roles: readonly ApproverRole[];
}>;

/** What was verified before the proof was made. */
export type ApprovalFacts = Readonly<{
  op: ChangeOp;
  /** SHA-256 of the signed bytes. */
  changeId: string;
  target: ChangeTarget;
  digests: ChangeDigests;
  window: ChangeWindow;
  requester: string;
  approvers: readonly Approver[];
  /** When the target admitted the change. */
  admittedAt: Moment;
}>;

/** No window is longer. */
export const maxWindowMs: number = 8 * 3_600_000;
/** How much the clocks of people and target may differ before a window begins. */
export const maxSkewMs = 30_000;
/** From the admission to the act. */
export const approvalLifetimeMs = 5000;
/** How far the wall may move against the clock that only goes forward. */
export const maxClockJumpMs = 1000;

type Grant = { readonly facts: ApprovalFacts; spent: boolean };

const grants: WeakMap<object, Grant> = new WeakMap();

/**
 * The only maker of an ApprovedChange, for the room that verified the signatures. What can be
 * checked without them is checked here again. Faults: approvers_too_few, approver_roles_missing,
 * window_unfit.
 */
export function mintApprovedChange(facts: ApprovalFacts): Result<ApprovedChange, Fault> {
  const people = new Set(facts.approvers.map(({ person }) => person.trim().toLowerCase()));
  const keys = new Set(facts.approvers.map(({ keyId }) => keyId));
  people.delete("");
  if (people.size < 2 || keys.size < 2) {
    const message = "a change needs the signatures of two different people";
    return err({ code: "approvers_too_few", message });
  }
  if (!hasBothRoles(facts.approvers, facts.requester)) {
    const message = "an operator and another person who reviews must sign";
    return err({ code: "approver_roles_missing", message });
  }
  if (!isFitWindow(facts.window)) {
    const message = "a window begins before it ends and lasts at most 8 hours";
    return err({ code: "window_unfit", message });
  }
  const proof = Object.freeze({}) as ApprovedChange;
  grants.set(proof, { facts, spent: false });
  return ok(proof);
}

/**
 * One person as operator, another as reviewer; whoever asked for the change does not review it.
 * People are compared without regard to case: one who is listed twice is still one.
 */
export function hasBothRoles(approvers: readonly Approver[], requester: string): boolean {
  const asked = requester.trim().toLowerCase();
  return approvers.some((reviewer) => {
    const person = reviewer.person.trim().toLowerCase();
    if (!reviewer.roles.includes("reviewer") || person === asked) return false;
    return approvers.some(
      ({ roles, person: other }) =>
        roles.includes("operator") && other.trim().toLowerCase() !== person,
    );
  });
}

/** Written so that a bound that is no number is unfit. */
export function isFitWindow({ notBeforeMs, notAfterMs }: ChangeWindow): boolean {
  const lengthMs = notAfterMs - notBeforeMs;
  return lengthMs > 0 && lengthMs <= maxWindowMs;
}

export type ApprovalRefusal = Readonly<{ code: ApprovalRefusalCode; message: string }>;

export type ApprovalRefusalCode =
  | "approval_forged"
  | "approval_spent"
  | "approval_of_other_op"
  | "approval_of_other_boot"
  | "approval_of_other_target"
  | "approval_digest_differs"
  | "approval_too_old"
  | "approval_clock_jumped"
  | "approval_before_window"
  | "approval_after_window";

export type ApprovalUse = Readonly<{
  op: ChangeOp;
  target: ChangeTarget;
  /** Read for this very act: what was approved must still be what is there. */
  digests: ChangeDigests;
  at: Moment;
}>;

/** Uses up a proof for one act, whatever comes of it. */
export function spendApproval(
  proof: ApprovedChange,
  use: ApprovalUse,
): Result<ApprovalFacts, ApprovalRefusal> {
  const grant = typeof proof === "object" && proof !== null ? grants.get(proof) : undefined;
  if (grant === undefined) return refuse("approval_forged", "no approval of ours");
  if (grant.spent) return refuse("approval_spent", "an approval is for one act");
  grant.spent = true;
  const { facts } = grant;
  return otherThanSigned(facts, use) ?? outOfTime(facts, use.at) ?? ok(facts);
}

function otherThanSigned(
  facts: ApprovalFacts,
  use: ApprovalUse,
): Result<never, ApprovalRefusal> | null {
  if (facts.op !== use.op) {
    return refuse("approval_of_other_op", `it approves ${facts.op}, not ${use.op}`);
  }
  if (facts.target.bootId !== use.target.bootId) {
    return refuse("approval_of_other_boot", "the process has started anew since");
  }
  for (const field of ["systemId", "env", "venue", "accountHash"] as const) {
    if (facts.target[field] === use.target[field]) continue;
    return refuse("approval_of_other_target", `it is for another target: ${field} differs`);
  }
  for (const field of ["release", "policy", "limits"] as const) {
    if (facts.digests[field] === use.digests[field]) continue;
    return refuse("approval_digest_differs", `the ${field} digest is not the one that was signed`);
  }
  return null;
}

function outOfTime(facts: ApprovalFacts, at: Moment): Result<never, ApprovalRefusal> | null {
  const ageMs = at.monoMs - facts.admittedAt.monoMs;
  if (!(ageMs >= 0 && ageMs <= approvalLifetimeMs)) {
    return refuse("approval_too_old", `admitted ${ageMs} ms ago, good for ${approvalLifetimeMs}`);
  }
  if (!keepsPace(facts.admittedAt, at)) {
    return refuse("approval_clock_jumped", "the clock was set since the admission");
  }
  if (!(at.wallMs >= facts.window.notBeforeMs - maxSkewMs)) {
    return refuse("approval_before_window", "its window has not begun");
  }
  if (!(at.wallMs < facts.window.notAfterMs)) {
    return refuse("approval_after_window", "its window is over");
  }
  return null;
}

/** Whether both clocks have moved alike, within maxClockJumpMs; no number is no. */
export function keepsPace(from: Moment, to: Moment): boolean {
  const jumpMs = Math.abs(to.wallMs - from.wallMs - (to.monoMs - from.monoMs));
  return jumpMs <= maxClockJumpMs;
}

function refuse(code: ApprovalRefusalCode, message: string): Result<never, ApprovalRefusal> {
  return err({ code, message });
}
