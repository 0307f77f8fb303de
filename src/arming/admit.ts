import { err, type Fault, ok, type Result } from "#base";
import { type ApprovedChange, type Approver, mintApprovedChange } from "#safety";
import {
  type Finding,
  judgeClock,
  judgeDigests,
  judgeTarget,
  judgeWindow,
} from "./admission-checks.ts";
import { type ApproversPolicy, parseApproversPolicy } from "./approvers-policy.ts";
import type { OpenTarget } from "./arming-target.ts";
import {
  type ChangeRecord,
  changeIdOf,
  digestsOf,
  parseChange,
  sha256Hex,
  targetOf,
  windowOf,
} from "./change-record.ts";
import { judgeEvidence } from "./evidence-rules.ts";
import { type Approval, judgeApprovals } from "./judge-approvals.ts";

/** A change that two people approved, admitted and written down; the proof is for one act, now. */
export type Admitted = Readonly<{
  proof: ApprovedChange;
  change: ChangeRecord;
  changeId: string;
  approvers: readonly Approver[];
}>;

/** `code` is that of the first finding. `cooling`: this refusal was one too many. */
export type AdmitRefusal = Readonly<{
  code: string;
  message: string;
  changeId: string;
  findings: readonly Finding[];
  cooling: boolean;
}>;

export type AdmitOutcome = Result<Admitted, AdmitRefusal>;

/**
 * Judges in an order in which nothing depends on what was not judged yet; writes the refusal, or
 * the use of the nonce, before it answers. Looks at digests and clocks once more after that write,
 * so that nothing can be exchanged between the look and the proof.
 */
export function admitChange(
  open: OpenTarget,
  bytes: Uint8Array,
  approvals: readonly Approval[],
): AdmitOutcome {
  const changeId = changeIdOf(bytes);
  if (open.coolDown.isCooling(open.world.now())) {
    const message = "three attempts failed; nothing is looked at for a few minutes";
    return refuse(open, { changeId, nonce: null, findings: [{ code: "cooling_down", message }] });
  }
  const parsed = parseChange(bytes);
  if (!parsed.ok) return refuse(open, { changeId, nonce: null, findings: [parsed.fault] });
  const change = parsed.value;
  const judged = judge(open, change, bytes, approvals);
  if (judged.findings.length > 0) {
    return refuse(open, { changeId, nonce: change.nonce, findings: judged.findings });
  }
  return admit(open, change, changeId, judged.approvers);
}

type Judged = Readonly<{ approvers: readonly Approver[]; findings: readonly Finding[] }>;

function judge(
  open: OpenTarget,
  change: ChangeRecord,
  bytes: Uint8Array,
  approvals: readonly Approval[],
): Judged {
  const { world, target, book } = open;
  const now = world.now();
  const other = judgeTarget(change, target);
  if (other !== null) return { approvers: [], findings: [other] };
  const nonce = book.trouble(change, now);
  if (nonce !== null) {
    return { approvers: [], findings: [{ code: nonce, message: messageByNonce[nonce] }] };
  }
  const policy = open.policyNow();
  if (!policy.ok) return { approvers: [], findings: [policy.fault] };
  const judged = judgeApprovals({
    change: bytes,
    requester: change.requester,
    approvals,
    policy: policy.value,
    atMs: now.wallMs,
  });
  const findings: readonly (Finding | null)[] = [
    judgeWindow(change, now),
    judgeClock(change.op, world.clockSkewMs()),
    judgePolicy(open, policy.value),
    judgeDigests(change, open.digestsNow()),
    ...judgeEvidence(change, now.wallMs),
    ...judged.findings.map(({ code, message, at }) => ({ code, message: `${at}: ${message}` })),
  ];
  const found = findings.filter((finding) => finding !== null);
  if (found.length > 0 || change.op !== "CHANGE_POLICY") {
    return { approvers: judged.approvers, findings: found };
  }
  const next = judgeNextPolicy(open, change, policy.value, { bytes, approvals });
  return { approvers: judged.approvers, findings: next === null ? [] : [next] };
}

const messageByNonce = {
  nonce_unknown: "this process gave no such nonce",
  nonce_used: "a nonce counts once",
  nonce_expired: "its nonce is older than 15 minutes; ask for a new challenge",
  log_position_differs: "it names another place in the log than its challenge",
} as const;

/** The file of who may approve must be the one that was adopted, or anybody could write it. */
function judgePolicy(open: OpenTarget, policy: ApproversPolicy): Finding | null {
  if (policy.system !== open.target.systemId) {
    return { code: "policy_of_other_system", message: `the policy is that of ${policy.system}` };
  }
  if (policy.digest === open.adopted()) return null;
  const message = "the policy is not the one that was adopted here; a change has to approve it";
  return { code: "policy_not_adopted", message };
}

/** As with the root of TUF: those of the old policy and those of the new one must have signed. */
function judgeNextPolicy(
  open: OpenTarget,
  change: ChangeRecord,
  policy: ApproversPolicy,
  signed: Readonly<{ bytes: Uint8Array; approvals: readonly Approval[] }>,
): Finding | null {
  const digest = change.proposed_digest ?? "";
  const bytes = open.world.proposed(digest);
  if (!bytes.ok || sha256Hex(bytes.value) !== digest) {
    return { code: "proposed_policy_missing", message: `no proposed policy ${digest} here` };
  }
  const next = parseApproversPolicy(bytes.value);
  if (!next.ok) return { code: "proposed_policy_unfit", message: next.fault.message };
  if (next.value.system !== policy.system || next.value.version !== policy.version + 1) {
    const message = `it must be version ${policy.version + 1} of ${policy.system}`;
    return { code: "proposed_policy_unfit", message };
  }
  const { findings } = judgeApprovals({
    change: signed.bytes,
    requester: change.requester,
    approvals: signed.approvals,
    policy: next.value,
    atMs: open.world.now().wallMs,
  });
  const [first] = findings;
  if (first === undefined) return null;
  return { code: "proposed_policy_unsigned", message: `by the new policy: ${first.message}` };
}

type Refused = Readonly<{ changeId: string; nonce: string | null; findings: readonly Finding[] }>;

function refuse(open: OpenTarget, { changeId, nonce, findings }: Refused): AdmitOutcome {
  const codes = [...new Set(findings.map(({ code }) => code))].slice(0, 32);
  const [code = "refused"] = codes;
  const written = open.write({
    type: "attempt_refused",
    change_id: changeId,
    code,
    codes,
    nonce,
  });
  const cooling = code !== "cooling_down" && open.coolDown.failed(open.world.now());
  const all = written.ok ? findings : [...findings, unwritten(written.fault)];
  const message = findings[0]?.message ?? "refused";
  return err({ code, message, changeId, findings: all, cooling });
}

function unwritten({ message }: Fault): Finding {
  return { code: "record_unwritable", message: `it could not be written down: ${message}` };
}

function admit(
  open: OpenTarget,
  change: ChangeRecord,
  changeId: string,
  approvers: readonly Approver[],
): AdmitOutcome {
  const { nonce, op, requester } = change;
  // In memory first: whatever becomes of the write, this nonce is not tried again.
  open.book.use(nonce);
  const written = open.write({
    type: "admitted",
    change_id: changeId,
    op,
    nonce,
    requester,
    approvers: approvers.map(({ person, keyId }) => ({ person, key_id: keyId })),
  });
  if (!written.ok) return refuse(open, { changeId, nonce, findings: [unwritten(written.fault)] });
  const now = open.world.now();
  const meanwhile = judgeDigests(change, open.digestsNow()) ?? judgeWindow(change, now);
  if (meanwhile !== null) {
    const message = `after the look: ${meanwhile.message}`;
    const findings = [{ code: "changed_meanwhile", message }];
    return refuse(open, { changeId, nonce, findings });
  }
  const proof = mintApprovedChange({
    op,
    changeId,
    target: targetOf(change),
    digests: digestsOf(change),
    window: windowOf(change),
    requester,
    approvers,
    admittedAt: now,
  });
  if (!proof.ok) return refuse(open, { changeId, nonce, findings: [proof.fault] });
  const adopted = adopt(open, change, changeId);
  if (!adopted.ok) return refuse(open, { changeId, nonce, findings: [unwritten(adopted.fault)] });
  open.coolDown.succeeded();
  return ok({ proof: proof.value, change, changeId, approvers });
}

/** From here on the proposed policy is the only one that counts; a person puts it in its place. */
function adopt(open: OpenTarget, change: ChangeRecord, changeId: string): Result<void, Fault> {
  if (change.op !== "CHANGE_POLICY") return ok(undefined);
  return open.write({
    type: "policy_adopted",
    policy_digest: change.proposed_digest ?? "",
    change_id: changeId,
  });
}
