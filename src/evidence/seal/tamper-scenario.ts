import { assert } from "#base";
import type { SigningKey } from "../keys/key-ring.ts";
import type { TrustPolicy } from "../keys/policy.ts";
import { createDocument, makeDirectories } from "../store/document.ts";
import { SimulatedDisk } from "../store/simulated-disk.ts";
import { checkSeal, type SealCheck, type SealCheckOptions } from "./check-seal.ts";
import { type SealRequest, sealRun } from "./seal-run.ts";
import { policyOf, runId, sealedMs, system, testKey } from "./sealed-run-fixture.ts";

/** For tests: a run of a few hundred bytes, so that every byte of it can be changed. */
const files: ReadonlyMap<string, string> = new Map([
  ["agent_roster.json", '{"agents":["a","b"]}\n'],
  ["death_events.jsonl", Array.from({ length: 6 }, (_, n) => `{"n":${n}}\n`).join("")],
  ["errors.jsonl", ""],
  ["genomes.npy", "\u0093NUMPY"],
  ["order_attempts.jsonl", '{"id":"x"}\n{"id":"y"}\n{"id":"z"}\n'],
]);

const tamperKey: SigningKey = testKey(1);
export const tamperPolicy: TrustPolicy = policyOf([tamperKey]);
export const sealRequest: SealRequest = { runId, system, keys: [tamperKey], nowMs: sealedMs };

export function tinySealedRun(changes: Readonly<Record<string, string>> = {}): SimulatedDisk {
  const disk = new SimulatedDisk();
  makeDirectories(disk, "/run");
  for (const [path, content] of [...files, ...Object.entries(changes)]) {
    disk.tamper(`/run/${path}`, null);
    assert(createDocument(disk, `/run/${path}`, Buffer.from(content, "latin1")).ok, path);
  }
  assert(sealRun("/run", { ...sealRequest, fs: disk }).ok, "an undisturbed seal");
  return disk;
}

export function checkTampered(
  disk: SimulatedDisk,
  options: Pick<SealCheckOptions, "policy"> = { policy: tamperPolicy },
): SealCheck {
  const check = checkSeal("/run", { ...options, runId, fs: disk });
  assert(check.ok, "the directory can be listed");
  return check.value;
}

/** `code place` of every finding. */
export function findingsOf(check: SealCheck): string[] {
  return check.findings.map(({ code, at }) => `${code} ${at}`);
}
