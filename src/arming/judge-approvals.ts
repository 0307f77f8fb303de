import type { Millis } from "#base";
import { type Envelope, parseEnvelope, preAuthEncoding } from "#evidence";
import { type Approver, hasBothRoles } from "#safety";
import type {
  ApprovalForm,
  ApproverKey,
  ApproversPolicy,
  ListedPerson,
} from "./approvers-policy.ts";
import { changePayloadType } from "./change-record.ts";
import { isSignedBySsh, parseSshSignature, sshSignatureStart } from "./sshsig.ts";

/** The content of one file of signatures: a DSSE envelope of the change, or an SSH signature. */
export type Approval = Readonly<{ name: string; bytes: Uint8Array }>;

export type ApprovalFinding = Readonly<{ code: ApprovalCode; message: string; at: string }>;

export type ApprovalCode =
  | "approvals_too_many"
  | "approval_malformed"
  | "payload_type_differs"
  | "payload_differs"
  | "namespace_differs"
  | "signer_unknown"
  | "key_of_other_form"
  | "key_not_yet_valid"
  | "key_expired"
  | "signature_wrong"
  | "signer_is_automation"
  | "same_person"
  | "threshold_short"
  | "roles_missing";

/** The namespace of SSH signatures over changes of one system. */
export function changeNamespace(systemId: string): string {
  return `assay-change@${systemId}`;
}

export type ApprovalQuestion = Readonly<{
  /** The bytes that all must have signed. */
  change: Uint8Array;
  requester: string;
  approvals: readonly Approval[];
  policy: ApproversPolicy;
  atMs: Millis;
}>;

/** Who approved, each person once, and everything that is wrong; nothing is, and it is approved. */
export type JudgedApprovals = Readonly<{
  approvers: readonly Approver[];
  findings: readonly ApprovalFinding[];
}>;

const maxApprovals = 16;
const maxApprovalBytes = 64 << 10;

/**
 * A signature that does not hold is never passed over: one among many good ones refuses all, since
 * nobody can say what else was done to them.
 */
export function judgeApprovals(question: ApprovalQuestion): JudgedApprovals {
  const { approvals, policy, requester } = question;
  if (approvals.length > maxApprovals) {
    const message = `at most ${maxApprovals} files of signatures`;
    return { approvers: [], findings: [{ code: "approvals_too_many", message, at: "approvals" }] };
  }
  const findings: ApprovalFinding[] = [];
  const signers: Signer[] = [];
  for (const approval of approvals) {
    const judged = judgeFile(approval, question);
    findings.push(...judged.findings);
    signers.push(...judged.signers);
  }
  const approvers = eachOnce(signers);
  const missing = whatIsMissing({ approvers, signers, policy, requester });
  return { approvers, findings: missing === null ? findings : [...findings, missing] };
}

type Signer = Readonly<{ person: ListedPerson; key: ApproverKey }>;

type JudgedFile = Readonly<{
  signers: readonly Signer[];
  findings: readonly ApprovalFinding[];
}>;

function judgeFile(approval: Approval, question: ApprovalQuestion): JudgedFile {
  const { name: at, bytes } = approval;
  if (bytes.length > maxApprovalBytes) return found("approval_malformed", "too long", at);
  const start = Buffer.from(bytes.subarray(0, sshSignatureStart.length)).toString("latin1");
  return start === sshSignatureStart
    ? judgeSsh(approval, question)
    : judgeEnvelope(approval, question);
}

function judgeSsh({ name: at, bytes }: Approval, question: ApprovalQuestion): JudgedFile {
  const parsed = parseSshSignature(bytes);
  if (!parsed.ok) return found("approval_malformed", parsed.fault.message, at);
  const { key, namespace } = parsed.value;
  const expected = changeNamespace(question.policy.system);
  if (namespace !== expected) {
    const message = `it is signed for ${JSON.stringify(namespace)}, not for ${expected}`;
    return found("namespace_differs", message, at);
  }
  return judgeSigner({ keyId: key.id, form: "sshsig", at }, question, (trusted) =>
    isSignedBySsh(parsed.value, trusted, question.change),
  );
}

function judgeEnvelope({ name: at, bytes }: Approval, question: ApprovalQuestion): JudgedFile {
  const parsed = parseEnvelope(bytes);
  if (!parsed.ok) return found("approval_malformed", parsed.fault.message, at);
  const { payloadType, payload, signatures } = parsed.value;
  if (payloadType !== changePayloadType) {
    const message = `its payload is of type ${JSON.stringify(payloadType)}`;
    return found("payload_type_differs", message, at);
  }
  if (!Buffer.from(payload).equals(question.change)) {
    return found("payload_differs", "it signs other bytes than those of this change", at);
  }
  const message = preAuthEncoding(payloadType, payload);
  const judged = signatures.map((each: Envelope["signatures"][number]) =>
    judgeSigner({ keyId: each.keyId, form: "dsse", at }, question, (trusted) =>
      trusted.verify(message, each.signature),
    ),
  );
  return {
    signers: judged.flatMap(({ signers }) => signers),
    findings: judged.flatMap(({ findings }) => findings),
  };
}

function judgeSigner(
  { keyId, form, at }: Readonly<{ keyId: string; form: ApprovalForm; at: string }>,
  { policy, atMs }: ApprovalQuestion,
  verify: (key: ApproverKey) => boolean,
): JudgedFile {
  const signer = findSigner(policy, keyId);
  const short = keyId.slice(0, 16);
  if (signer === null) return found("signer_unknown", `no key ${short} in the policy`, at);
  const { person, key } = signer;
  if (key.form !== form) {
    return found("key_of_other_form", `the key ${short} signs as ${key.form} alone`, at);
  }
  if (!verify(key)) return found("signature_wrong", `the signature of ${short} fails`, at);
  if (!(atMs >= key.validFromMs)) {
    return found("key_not_yet_valid", `the key ${short} of ${person.name} is not valid yet`, at);
  }
  if (key.validToMs !== null && !(atMs <= key.validToMs)) {
    return found("key_expired", `the key ${short} of ${person.name} is valid no more`, at);
  }
  if (person.automation) {
    return found("signer_is_automation", `${person.name} is no person`, at);
  }
  return { signers: [signer], findings: [] };
}

function findSigner(policy: ApproversPolicy, keyId: string): Signer | null {
  for (const person of policy.people) {
    const key = person.keys.find(({ id }) => id === keyId);
    if (key !== undefined) return { person, key };
  }
  return null;
}

/** One person with two keys is one person, and one signature given twice is one. */
function eachOnce(signers: readonly Signer[]): readonly Approver[] {
  const byName = new Map<string, Approver>();
  for (const { person, key } of signers) {
    const { name, roles } = person;
    if (!byName.has(name)) byName.set(name, { person: name, keyId: key.id, roles });
  }
  return [...byName.values()];
}

function whatIsMissing({
  approvers,
  signers,
  policy,
  requester,
}: Readonly<{
  approvers: readonly Approver[];
  signers: readonly Signer[];
  policy: ApproversPolicy;
  requester: string;
}>): ApprovalFinding | null {
  const at = "approvals";
  const { threshold } = policy;
  if (approvers.length < threshold) {
    const isRepeated = signers.length >= threshold;
    const code = isRepeated ? "same_person" : "threshold_short";
    const counted = isRepeated ? `${signers.length} signatures of ` : "";
    const message = `${counted}${approvers.length} people count, ${threshold} must sign`;
    return { code, message, at };
  }
  if (hasBothRoles(approvers, requester)) return null;
  const message = "an operator and another person who reviews must sign; who asks does not review";
  return { code: "roles_missing", message, at };
}

function found(code: ApprovalCode, message: string, at: string): JudgedFile {
  return { signers: [], findings: [{ code, message, at }] };
}
