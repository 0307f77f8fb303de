import { type Fault, type Millis, ok, type Result } from "#base";
import { currentKey, policyPath, readPolicy } from "../keys/installation-keys.ts";
import { type KeyRing, openKeyRing, type SigningKey } from "../keys/key-ring.ts";
import type { TrustPolicy } from "../keys/policy.ts";
import { poolMemory } from "../log/root-memory.ts";
import type { WitnessMemory } from "../log/witness-memory.ts";

/** Whom an installation trusts with its pools, and what it can sign itself. */
export type PoolTrust = Readonly<{
  /** Null: nobody is trusted here, and authenticity cannot be told. */
  policy: TrustPolicy | null;
  /** The pool key that signs now; null where there is none, and then nothing is signed. */
  key: SigningKey | null;
  /** What was seen of this pool before, kept apart from it; null compares with nothing. */
  memory: WitnessMemory | null;
}>;

export const noTrust: PoolTrust = { policy: null, key: null, memory: null };

export type PoolTrustPlace = Readonly<{
  /** The installation's keys; they may be absent. */
  ring: KeyRing;
  /** Whom to trust instead of the installation's own policy. */
  policyFile: string | null;
  /** Whose pools: what was seen of the pools of one root says nothing of another's. */
  root: string;
  nowMs: Millis;
}>;

/**
 * What the installation's keys say about pools. No directory of keys, no policy in it and no pool
 * key are all fine and give less; keys that others could read, a broken policy and a policy file
 * that was asked for and is not there are faults: those of openKeyRing, readPolicy and currentKey.
 */
export function loadPoolTrust(place: PoolTrustPlace): Result<PoolTrust, Fault> {
  const { ring, policyFile, root, nowMs } = place;
  const asked = policyFile === null ? ok(null) : readPolicy(ring, policyFile);
  if (!asked.ok) return asked;
  const opened = openKeyRing(ring);
  if (!opened.ok && opened.fault.code !== "keys_missing") return opened;
  if (!opened.ok) return ok({ ...noTrust, policy: asked.value });
  const own = readPolicy(ring, policyPath(ring));
  if (!own.ok && own.fault.code !== "policy_missing") return own;
  if (!own.ok) return ok({ ...noTrust, policy: asked.value });
  const key = currentKey(ring, "pool", nowMs);
  if (!key.ok && key.fault.code !== "key_missing") return key;
  return ok({
    policy: asked.value ?? own.value,
    key: key.ok ? key.value : null,
    // What was seen is signed by the own keys, which another policy may not know.
    memory: policyFile === null ? poolMemory(ring, root) : null,
  });
}
