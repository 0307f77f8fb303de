import type { Millis } from "#base";
import type { Approver } from "#safety";
import { type Finding, judgeWindow } from "./admission-checks.ts";
import type { ApproversPolicy } from "./approvers-policy.ts";
import type { Challenge } from "./challenge.ts";
import { type ChangeRecord, changeIdOf, parseChange } from "./change-record.ts";
import { judgeEvidence } from "./evidence-rules.ts";
import { type Approval, judgeApprovals } from "./judge-approvals.ts";

export type ChangeQuestion = Readonly<{
  change: Uint8Array;
  approvals: readonly Approval[];
  policy: ApproversPolicy;
  /** What the target gave; null: what only it knows is not compared. */
  challenge: Challenge | null;
  atMs: Millis;
}>;

/** No finding, and as far as can be told without the target it would be admitted. */
export type VerifiedChange = Readonly<{
  changeId: string;
  change: ChangeRecord | null;
  approvers: readonly Approver[];
  findings: readonly Finding[];
}>;

/** Everything that is wrong with a change and its signatures, away from the target. */
export function verifyChange(question: ChangeQuestion): VerifiedChange {
  const { change: bytes, approvals, policy, challenge, atMs } = question;
  const changeId = changeIdOf(bytes);
  const parsed = parseChange(bytes);
  if (!parsed.ok) return { changeId, change: null, approvers: [], findings: [parsed.fault] };
  const change = parsed.value;
  const judged = judgeApprovals({
    change: bytes,
    requester: change.requester,
    approvals,
    policy,
    atMs,
  });
  const findings: readonly (Finding | null)[] = [
    ...(challenge === null ? [] : judgeChallenge(change, challenge)),
    judgePolicy(change, policy),
    judgeWindow(change, { wallMs: atMs, monoMs: 0 }),
    ...judgeEvidence(change, atMs),
    ...judged.findings.map(({ code, message, at }) => ({ code, message: `${at}: ${message}` })),
  ];
  const found = findings.filter((finding) => finding !== null);
  return { changeId, change, approvers: judged.approvers, findings: found };
}

function judgePolicy(change: ChangeRecord, policy: ApproversPolicy): Finding | null {
  if (policy.system !== change.system_id) {
    return { code: "policy_of_other_system", message: `the policy is that of ${policy.system}` };
  }
  if (policy.digest === change.policy_digest) return null;
  const message = `the policy is ${policy.digest}, signed was ${change.policy_digest}`;
  return { code: "policy_digest_differs", message };
}

/** What was taken over from a challenge must still be what it says. */
function judgeChallenge(change: ChangeRecord, challenge: Challenge): readonly Finding[] {
  return takenOver
    .filter((field) => change[field] !== challenge[field])
    .map((field) => ({ code: "challenge_differs", message: `${field} is not the challenge's` }));
}

const takenOver = [
  "system_id",
  "env",
  "venue",
  "account_hash",
  "release_digest",
  "policy_digest",
  "limits_digest",
  "nonce",
  "boot_id",
  "log_size",
  "log_root",
] as const;
