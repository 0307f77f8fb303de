import { type Fault, type Millis, ok, type Result } from "#base";
import { installKey, policyPath, readPolicy } from "./installation-keys.ts";
import { type KeyRing, listKeys, makeKeyRing } from "./key-ring.ts";

/** The system that an installation is called until somebody names it. */
const developmentSystem = "assay.local";

/**
 * Makes the keys that sign runs, the log and pools, where the installation has none of that
 * purpose, and trusts them: good against accidents and later changes on this machine, no proof to
 * anybody else. Gives the labels of those that were made. Faults: those of makeKeyRing and
 * installKey.
 */
export function makeDevelopmentKeys(
  place: KeyRing,
  nowMs: Millis,
): Result<readonly string[], Fault> {
  const ring = makeKeyRing(place);
  if (!ring.ok) return ring;
  const listed = listKeys(ring.value);
  if (!listed.ok) return listed;
  const policy = readPolicy(ring.value, policyPath(ring.value));
  if (!policy.ok && policy.fault.code !== "policy_missing") return policy;
  const system = policy.ok ? policy.value.system : developmentSystem;
  const made: string[] = [];
  for (const purpose of ["run-seal", "log", "pool"] as const) {
    if (listed.value.some((key) => key.purpose === purpose)) continue;
    const request = { purpose, system, nowMs, holder: "development" };
    const key = installKey(ring.value, request);
    if (!key.ok) return key;
    made.push(`${purpose}.${key.value.generation}`);
  }
  return ok(made);
}
