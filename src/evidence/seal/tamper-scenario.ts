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

/**
 * Changes bytes one at a time, every `step`-th of all in every way that `masks` names, and demands
 * that each change is found in its own file; gives how many there were.
 */
export function changeEveryByte(step: number, masks: readonly number[]): number {
  const disk = tinySealedRun();
  let changes = 0;
  for (const [path, text] of disk.contents()) {
    const whole = Buffer.from(text, "latin1");
    for (let at = changes % step; at < whole.length; at += step) {
      for (const mask of masks) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ mask;
        disk.tamper(path, changed);
        for (const policy of [tamperPolicy, null]) {
          const check = checkTampered(disk, { policy });
          const place = path.slice("/run/".length);
          const label = `${place} byte ${at} ^ ${mask}: ${findingsOf(check).join("; ")}`;
          assert(
            check.findings.some((finding) => finding.at.startsWith(place)),
            label,
          );
          assert(policy !== null || check.authenticity === "not_measurable", label);
        }
        changes += 1;
      }
    }
    disk.tamper(path, whole);
  }
  assert(checkTampered(disk).findingCount === 0, "the restored run is clean");
  return changes;
}
