import { join } from "node:path";
import { assert, type Clock, err, type Fault, ok, type Result } from "#base";
import { currentKey, policyPath, readPolicy } from "../keys/installation-keys.ts";
import { type KeyRing, openKeyRing, type SigningKey } from "../keys/key-ring.ts";
import type { TrustPolicy } from "../keys/policy.ts";
import { loadPoolTrust, type PoolTrust } from "../pool/pool-trust.ts";
import { makeDirectories } from "../store/document.ts";
import { waitForLock } from "../store/lock.ts";
import { machineProcesses } from "../store/process-identity.ts";
import { checkLog } from "./check-log.ts";
import { installationLog } from "./installation-log.ts";
import type { LogPlace } from "./merkle-log.ts";
import { rootMemory, startMemory } from "./root-memory.ts";
import { type RunToSeal, type SealResult, sealAndLogRuns } from "./seal-and-log.ts";

/** Signs the finished runs of one root and enters them in its log. */
export type RunSealer = Readonly<{
  /** First part of every origin, as in the trust policy. */
  system: string;
  /** Where the memory of a former root at this path was put; null when there was none. */
  setAside: string | null;
  /** Whether the log knew this run as sealed when the sealer was opened. */
  isLogged: (runId: string) => boolean;
  /**
   * `detached` are folders with sums of their own (docs/contracts/seal.md 3.9). Faults: those of
   * sealAndLogRuns, readPolicy and currentKey.
   */
  seal: (
    directory: string,
    runId: string,
    detached?: readonly string[],
  ) => Result<SealResult, Fault>;
  /**
   * Many runs in their order, entered in the log some at a time. A fault leaves those before it
   * sealed and entered.
   */
  sealAll: (runs: readonly RunToSeal[]) => Result<readonly SealResult[], Fault>;
  /** What the same keys say about the pools of the root. Faults: those of loadPoolTrust. */
  poolTrust: () => Result<PoolTrust, Fault>;
}>;

/** Faults that mean: this installation has not been given keys, so its runs stay unsigned. */
const unkeyed: ReadonlySet<string> = new Set(["keys_missing", "policy_missing", "key_missing"]);

/**
 * Null where the installation has no key for runs or none for the log. Keys that are there and
 * cannot be used are a fault, found before a campaign has run: keys_exposed, key_exposed,
 * key_malformed, policy_malformed, policy_threshold_unmet and the like.
 */
export function openRunSealer(
  ring: KeyRing,
  root: string,
  clock: Clock,
): Result<RunSealer | null, Fault> {
  const opened = openKeyRing(ring);
  const loaded = opened.ok ? loadKeys(ring, clock) : opened;
  if (!loaded.ok) return unkeyed.has(loaded.fault.code) ? ok(null) : loaded;
  const { policy: trusted } = loaded.value;
  const { system } = trusted;
  const place = installationLog(root, system);
  const memory = rootMemory(ring, root);
  const started = startMemory(ring, root, clock.nowMillis());
  if (!started.ok) return started;
  const known = checkLog(place, { policy: trusted, memory: null, runs: null }).entries;

  function sealGroup(runs: readonly RunToSeal[]): Result<readonly SealResult[], Fault> {
    // A campaign may take days, and keys be rotated meanwhile.
    const keys = loadKeys(ring, clock);
    if (!keys.ok) return keys;
    const { policy, sealKey, logKey } = keys.value;
    const nowMs = clock.nowMillis();
    return underLock(place, () =>
      sealAndLogRuns(runs, {
        seal: { system, keys: [sealKey], nowMs },
        log: { place, key: logKey, policy, memory, nowMs },
      }),
    );
  }

  return ok({
    system,
    setAside: started.value,
    isLogged: (runId) => known.has(runId),
    seal(directory, runId, detached = []): Result<SealResult, Fault> {
      const sealed = sealGroup([{ directory, runId, detached }]);
      if (!sealed.ok) return sealed;
      const [one] = sealed.value;
      assert(one !== undefined, "one run, one seal");
      return ok(one);
    },
    sealAll(runs): Result<readonly SealResult[], Fault> {
      const results: SealResult[] = [];
      for (let from = 0; from < runs.length; from += groupOfRuns) {
        const sealed = sealGroup(runs.slice(from, from + groupOfRuns));
        if (!sealed.ok) return sealed;
        results.push(...sealed.value);
      }
      return ok(results);
    },
    poolTrust: () => loadPoolTrust({ ring, root, policyFile: null, nowMs: clock.nowMillis() }),
  });
}

/**
 * So many runs are entered in the log at once: the log then costs next to nothing, and a crash
 * leaves no more than these sealed without their entries, until the same campaign is run again.
 */
const groupOfRuns = 64;

/** Two processes of one root may come to seal the same run; the second must find it sealed. */
function underLock<T>(place: LogPlace, act: () => Result<T, Fault>): Result<T, Fault> {
  const { fs, directory } = place;
  const made = makeDirectories(fs, directory);
  if (!made.ok) return made;
  const lock = waitForLock(fs, join(directory, "seal.lock"), machineProcesses(), lockWaitMs);
  if (!lock.ok) return lock;
  try {
    return act();
  } finally {
    lock.value.release();
  }
}

/** A group of large runs takes its time. */
const lockWaitMs = 60_000;

function loadKeys(ring: KeyRing, clock: Clock): Result<LoadedKeys, Fault> {
  const policy = readPolicy(ring, policyPath(ring));
  if (!policy.ok) return policy;
  const asked = checkThresholds(policy.value, policyPath(ring));
  if (!asked.ok) return asked;
  const sealKey = currentKey(ring, "run-seal", clock.nowMillis());
  if (!sealKey.ok) return sealKey;
  const logKey = currentKey(ring, "log", clock.nowMillis());
  if (!logKey.ok) return logKey;
  return ok({ policy: policy.value, sealKey: sealKey.value, logKey: logKey.value });
}

/** What an installation signs it signs with one key: more than that it could never give. */
function checkThresholds({ thresholds }: TrustPolicy, at: string): Result<void, Fault> {
  const purpose = (["run-seal", "log", "pool"] as const).find((one) => (thresholds[one] ?? 1) > 1);
  if (purpose === undefined) return ok(undefined);
  const message =
    `it asks for ${thresholds[purpose]} keys of purpose ${purpose}, and an installation signs ` +
    "with one: ask for 1 here, and for more in a policy file of whoever verifies (--policy)";
  return err({ code: "policy_threshold_unmet", message, at });
}

type LoadedKeys = Readonly<{
  policy: TrustPolicy;
  sealKey: SigningKey;
  logKey: SigningKey;
}>;
