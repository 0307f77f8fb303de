import { resolve } from "node:path";
import { type Fault, ok, type Result } from "#base";
import { policyPath, readPolicy } from "../keys/installation-keys.ts";
import { type KeyRing, openKeyRing } from "../keys/key-ring.ts";
import type { TrustPolicy } from "../keys/policy.ts";
import { rootMemory } from "../log/root-memory.ts";
import type { WitnessMemory } from "../log/witness-memory.ts";

/** Whom a verifier trusts with runs; it never comes from a run. */
export type RunTrust = Readonly<{
  /** Null: nobody said whom to trust, and who sealed cannot be told. */
  policy: TrustPolicy | null;
  /** What was seen of the root's log before; null compares with nothing. */
  memory: WitnessMemory | null;
}>;

export type RunTrustPlace = Readonly<{
  /** The installation's keys; they may be absent. */
  ring: KeyRing;
  /** Whom to trust instead of the installation's own policy. */
  policyFile: string | null;
  root: string;
}>;

/**
 * The policy that was asked for, else the installation's own with what it has seen. No directory
 * of keys and no policy in it are fine and give less. Faults: policy_missing of a file that was
 * asked for, keys_exposed, policy_malformed and those of reading.
 */
export function loadRunTrust(place: RunTrustPlace): Result<RunTrust, Fault> {
  const { ring, policyFile, root } = place;
  if (policyFile !== null) {
    const asked = readPolicy(ring, resolve(policyFile));
    return asked.ok ? ok({ policy: asked.value, memory: null }) : asked;
  }
  const nobody: RunTrust = { policy: null, memory: null };
  const opened = openKeyRing(ring);
  if (!opened.ok) return opened.fault.code === "keys_missing" ? ok(nobody) : opened;
  const own = readPolicy(ring, policyPath(ring));
  if (!own.ok) return own.fault.code === "policy_missing" ? ok(nobody) : own;
  return ok({ policy: own.value, memory: rootMemory(ring, root) });
}
