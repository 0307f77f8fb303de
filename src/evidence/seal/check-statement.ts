import type { Fault, Result } from "#base";
import { isValidAt, type TrustPolicy, thresholdOf, trustedKeys } from "../keys/policy.ts";
import { type Envelope, parseEnvelope, verifyEnvelope } from "./dsse.ts";
import type { PublicKey } from "./ed25519.ts";
import type { SealFindings } from "./findings.ts";
import { runOrigin, sealFiles } from "./seal-files.ts";
import { parseStatement, type RunStatement, statementType } from "./statement.ts";

export type CheckedStatement = Readonly<{
  /** What the payload says, whether or not anybody trusted signed it; null if it says nothing. */
  statement: RunStatement | null;
  signatures: number;
  /** Signed by enough keys that the policy trusts for this time. */
  isTrusted: boolean;
}>;

const at = sealFiles.statement;

/**
 * Signature first, then meaning. Without a policy the keys that the statement itself names are
 * used: that finds damage, and proves nothing about who signed.
 */
export function checkStatement(
  bytes: Result<Uint8Array, Fault>,
  policy: TrustPolicy | null,
  findings: SealFindings,
): CheckedStatement {
  const nothing: CheckedStatement = { statement: null, signatures: 0, isTrusted: false };
  const envelope = bytes.ok ? parseEnvelope(bytes.value) : bytes;
  if (!envelope.ok) {
    findings.add("seal_statement_unreadable", at, envelope.fault.message);
    return nothing;
  }
  if (envelope.value.payloadType !== statementType) {
    findings.add("seal_statement_unreadable", at, `not of the type ${statementType}`);
    return nothing;
  }
  const parsed = parseStatement(envelope.value.payload);
  if (!parsed.ok) {
    findings.add("seal_statement_unreadable", at, parsed.fault.message);
    return nothing;
  }
  const statement = parsed.value;
  const before = findings.count;
  const signers = checkSigners(envelope.value, statement, policy, findings);
  if (policy !== null && statement.origin !== runOrigin(policy.system, statement.runId)) {
    const expected = runOrigin(policy.system, statement.runId);
    findings.add("seal_origin_differs", at, `the log is ${statement.origin}, expected ${expected}`);
  }
  const isTrusted = policy !== null && findings.count === before;
  return { statement, signatures: signers.length, isTrusted };
}

function checkSigners(
  envelope: Envelope,
  statement: RunStatement,
  policy: TrustPolicy | null,
  findings: SealFindings,
): readonly PublicKey[] {
  const claimed = statement.sealers.map(({ key }) => key);
  const known = policy === null ? claimed : trustedKeys(policy, "run-seal");
  const verified = verifyEnvelope(envelope, known);
  if (!verified.ok) {
    const isUnknown = verified.fault.code === "envelope_signer_unknown";
    const code = isUnknown && policy !== null ? "seal_signer_untrusted" : "seal_signature_wrong";
    findings.add(code, at, verified.fault.message);
    return [];
  }
  const signers = verified.value;
  if (!sameKeys(signers, claimed)) {
    findings.add("seal_sealers_differ", at, "the sealers it names are not those who signed");
  }
  if (policy === null) return signers;
  const ids = new Set(signers.map(({ id }) => id));
  const trusted = trustedKeys(policy, "run-seal").filter(({ id }) => ids.has(id));
  for (const key of trusted) {
    if (isValidAt(key, statement.sealedMs)) continue;
    const message = `${key.name} generation ${key.generation} was not trusted when it sealed`;
    findings.add("seal_key_expired", at, message);
  }
  const threshold = thresholdOf(policy, "run-seal");
  if (ids.size < threshold) {
    const message = `${ids.size} trusted signatures, the policy asks for ${threshold}`;
    findings.add("seal_threshold_missed", at, message);
  }
  return signers;
}

function sameKeys(left: readonly PublicKey[], right: readonly PublicKey[]): boolean {
  const ids = new Set(left.map(({ id }) => id));
  return ids.size === right.length && right.every(({ id }) => ids.has(id));
}
