import { join } from "node:path";
import { err, type Fault, type Millis, ok, type Result } from "#base";
import { readDocument, writeDocument } from "../store/document.ts";
import { type KeyRecord, keyLabel } from "./key-record.ts";
import { createKey, type KeyRing, listKeys, loadSigningKey, type SigningKey } from "./key-ring.ts";
import {
  formatPolicy,
  isValidAt,
  parsePolicy,
  type TrustedKey,
  type TrustPolicy,
  trustedKeys,
} from "./policy.ts";
import type { KeyPurpose } from "./purpose.ts";

/** The installation's own policy lies beside its keys. */
export function policyPath({ directory }: KeyRing): string {
  return join(directory, "policy.json");
}

/** Faults: policy_missing, policy_malformed, policy_key_reused, those of reading. */
export function readPolicy(ring: Pick<KeyRing, "fs">, path: string): Result<TrustPolicy, Fault> {
  const bytes = readDocument(ring.fs, path, maxPolicyBytes);
  if (!bytes.ok && bytes.fault.code === "store_missing") {
    return err({ code: "policy_missing", message: "no such trust policy", at: path });
  }
  if (!bytes.ok) return bytes;
  const policy = parsePolicy(bytes.value);
  return policy.ok ? policy : err({ ...policy.fault, at: path });
}

export function writePolicy(ring: KeyRing, policy: TrustPolicy): Result<void, Fault> {
  return writeDocument(ring.fs, policyPath(ring), formatPolicy(policy), 0o644);
}

export type InstallKey = Readonly<{
  purpose: KeyPurpose;
  system: string;
  nowMs: Millis;
  /** `development` for keys that nobody chose to make. */
  holder: string | null;
}>;

/**
 * The first key of a purpose, or the next where the trust in all others has ended; trusted by the
 * installation's policy from now on, which is made when it is absent. Faults: key_exists,
 * key_system_differs, those of createKey and readPolicy.
 */
export function installKey(ring: KeyRing, request: InstallKey): Result<KeyRecord, Fault> {
  const { purpose, system, nowMs, holder } = request;
  const listed = listKeys(ring);
  if (!listed.ok) return listed;
  const read = readPolicyOr(ring, { system, keys: [], thresholds: {} });
  if (!read.ok) return read;
  const policy = read.value;
  const existing = listed.value.findLast(
    (key) => key.purpose === purpose && !hasEnded(policy, key, nowMs),
  );
  if (existing !== undefined) {
    const [rotate, adopt] = [`rotate ${purpose}`, `policy --trust ${keyLabel(existing)}`];
    const ways = `assay keys ${rotate} replaces it, assay keys ${adopt} trusts it`;
    const message = `${keyLabel(existing)} is there already; ${ways}`;
    return err({ code: "key_exists", message, at: ring.directory });
  }
  if (policy.system !== system) {
    const message = `the policy is that of the system ${policy.system}, not of ${system}`;
    return err({ code: "key_system_differs", message, at: policyPath(ring) });
  }
  const created = createKey(ring, { purpose, name: `${system}/${purpose}`, createdMs: nowMs });
  if (!created.ok) return created;
  const trusted = trust(created.value, { validFromMs: nowMs, validToMs: null, holder });
  const written = writePolicy(ring, { ...policy, keys: [...policy.keys, trusted] });
  return written.ok ? created : written;
}

/** Whether the policy knows the key and trusts it no more. */
function hasEnded(policy: TrustPolicy, { publicKey }: KeyRecord, nowMs: Millis): boolean {
  const end = policy.keys.find(({ id }) => id === publicKey.id)?.validToMs ?? null;
  return end !== null && end < nowMs;
}

export type RotateKey = Readonly<{ purpose: KeyPurpose; nowMs: Millis; overlapMs: number }>;

/**
 * A new key beside the old: both are trusted for the overlap, so that what is being signed now
 * still verifies; then the old one ends. Faults: key_missing, those of createKey and readPolicy.
 */
export function rotateKey(ring: KeyRing, request: RotateKey): Result<KeyRecord, Fault> {
  const { purpose, nowMs, overlapMs } = request;
  const policy = readPolicy(ring, policyPath(ring));
  if (!policy.ok) return policy;
  const current = trustedKeys(policy.value, purpose).filter((key) => isValidAt(key, nowMs));
  const last = current.at(-1);
  if (last === undefined) {
    const message = `no ${purpose} key is trusted now; assay keys new ${purpose} makes one`;
    return err({ code: "key_missing", message, at: ring.directory });
  }
  const created = createKey(ring, { purpose, name: last.name, createdMs: nowMs });
  if (!created.ok) return created;
  const endsMs = nowMs + overlapMs;
  const ending = policy.value.keys.map((key) =>
    current.includes(key) && (key.validToMs === null || key.validToMs > endsMs)
      ? { ...key, validToMs: endsMs }
      : key,
  );
  const trusted = trust(created.value, {
    validFromMs: nowMs,
    validToMs: null,
    holder: last.holder,
  });
  const written = writePolicy(ring, { ...policy.value, keys: [...ending, trusted] });
  return written.ok ? created : written;
}

/**
 * The newest key of a purpose that the installation's policy trusts now, ready to sign. Faults:
 * key_missing, those of readPolicy, listKeys and loadSigningKey.
 */
export function currentKey(
  ring: KeyRing,
  purpose: KeyPurpose,
  nowMs: Millis,
): Result<SigningKey, Fault> {
  const policy = readPolicy(ring, policyPath(ring));
  if (!policy.ok) return policy;
  const listed = listKeys(ring);
  if (!listed.ok) return listed;
  const valid = trustedKeys(policy.value, purpose).filter((key) => isValidAt(key, nowMs));
  const usable = listed.value.filter(
    (key) => key.purpose === purpose && valid.some(({ id }) => id === key.publicKey.id),
  );
  const newest = usable.at(-1);
  if (newest !== undefined) return loadSigningKey(ring, newest);
  const message = `no ${purpose} key is trusted now; see assay keys ls, assay keys new ${purpose}`;
  return err({ code: "key_missing", message, at: ring.directory });
}

export function trust(
  record: KeyRecord,
  terms: Pick<TrustedKey, "validFromMs" | "validToMs" | "holder">,
): TrustedKey {
  const { purpose, name, generation, publicKey } = record;
  return { ...publicKey, purpose, name, generation, ...terms };
}

const maxPolicyBytes = 1 << 20;

function readPolicyOr(ring: KeyRing, absent: TrustPolicy): Result<TrustPolicy, Fault> {
  const policy = readPolicy(ring, policyPath(ring));
  return !policy.ok && policy.fault.code === "policy_missing" ? ok(absent) : policy;
}
