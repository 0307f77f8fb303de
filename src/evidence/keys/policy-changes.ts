import { err, type Fault, type Millis, ok, type Result } from "#base";
import { policyPath, readPolicy, trust, writePolicy } from "./installation-keys.ts";
import type { KeyRecord } from "./key-record.ts";
import type { KeyRing } from "./key-ring.ts";
import type { TrustedKey, TrustPolicy } from "./policy.ts";
import type { KeyPurpose } from "./purpose.ts";

export type TrustTerms = Readonly<{ nowMs: Millis; holder: string | null }>;

/** Trusts a key from now on. Fault: policy_key_reused when the policy lists it already. */
export function trustKey(
  ring: KeyRing,
  record: KeyRecord,
  { nowMs, holder }: TrustTerms,
): Result<TrustPolicy, Fault> {
  return change(ring, (policy) => {
    if (policy.keys.some(({ id }) => id === record.publicKey.id)) {
      const message = "the policy lists this key already; one key has one purpose and one entry";
      return err({ code: "policy_key_reused", message });
    }
    const trusted = trust(record, { validFromMs: nowMs, validToMs: null, holder });
    return ok({ ...policy, keys: [...policy.keys, trusted] });
  });
}

/**
 * Ends the trust in a key now; what it signed before stays signed. The key is named by the first
 * digits of its id. Faults: key_missing, key_ambiguous.
 */
export function revokeKey(
  ring: KeyRing,
  idStart: string,
  nowMs: Millis,
): Result<TrustPolicy, Fault> {
  return change(ring, (policy) => {
    const found = policy.keys.filter(({ id }) => idStart.length >= 8 && id.startsWith(idStart));
    const [key] = found;
    if (key === undefined || found.length > 1) {
      const what =
        key === undefined ? "no key of the policy has" : "several keys of the policy have";
      const message = `${what} an id that begins with these digits (at least 8): ${idStart}`;
      return err({ code: key === undefined ? "key_missing" : "key_ambiguous", message });
    }
    const keys = policy.keys.map((each): TrustedKey => (each === key ? endedAt(key, nowMs) : each));
    return ok({ ...policy, keys });
  });
}

/** How many different keys of a purpose must sign. Fault: threshold_malformed. */
export function setThreshold(
  ring: KeyRing,
  purpose: KeyPurpose,
  threshold: number,
): Result<TrustPolicy, Fault> {
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > 16) {
    const message = `a threshold is a whole number from 1 to 16, not ${threshold}`;
    return err({ code: "threshold_malformed", message });
  }
  return change(ring, (policy) => {
    return ok({ ...policy, thresholds: { ...policy.thresholds, [purpose]: threshold } });
  });
}

/** A window may be closed earlier, not opened again. */
function endedAt(key: TrustedKey, nowMs: Millis): TrustedKey {
  const { validFromMs, validToMs } = key;
  const end = validToMs !== null && validToMs < nowMs ? validToMs : nowMs;
  return { ...key, validToMs: validFromMs !== null && validFromMs > end ? validFromMs : end };
}

function change(
  ring: KeyRing,
  act: (policy: TrustPolicy) => Result<TrustPolicy, Fault>,
): Result<TrustPolicy, Fault> {
  const policy = readPolicy(ring, policyPath(ring));
  if (!policy.ok) return policy;
  const changed = act(policy.value);
  if (!changed.ok) return changed;
  const written = writePolicy(ring, changed.value);
  return written.ok ? changed : written;
}
