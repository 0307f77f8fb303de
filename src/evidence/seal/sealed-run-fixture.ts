import type { Millis } from "#base";
import type { SigningKey } from "../keys/key-ring.ts";
import type { TrustedKey, TrustPolicy } from "../keys/policy.ts";
import type { KeyPurpose } from "../keys/purpose.ts";
import { createDocument, makeDirectories } from "../store/document.ts";
import type { FileSystem } from "../store/file-system.ts";
import { privateKeyFromSeed } from "./ed25519.ts";
import { noteSigner } from "./note-key.ts";

/** For tests: a small finished run, keys with known seeds, and policies that trust them. */
export const runId = "HF_0123456789abcdef";
export const system = "assay.local";
export const sealedMs: Millis = 1_795_219_200_000;

/** Records, documents below and above the digest bound, an empty file and a binary one. */
export const runFiles: ReadonlyMap<string, string> = new Map([
  [
    "agent_roster.json",
    `{"agents":[${`{"agent_id":"a","weights":"${"A".repeat(500)}"},`.repeat(20)}0]}\n`,
  ],
  ["birth_events.jsonl", numbered(7, "birth")],
  ["death_events.jsonl", numbered(300, "death")],
  ["errors.jsonl", ""],
  ["genomes_run.npy", "\u0093NUMPY\u0001\0v\0".repeat(30)],
  ["long.jsonl", `{"n":1}\n{"text":"${"x".repeat(9000)}"}\n{"n":3}\n`],
  ["run_manifest.json", `{"run_id":"${runId}"}\n`],
]);

export function writeRun(fs: FileSystem, directory: string): void {
  makeDirectories(fs, directory);
  for (const [path, content] of runFiles) {
    const made = createDocument(fs, `${directory}/${path}`, Buffer.from(content, "latin1"));
    if (!made.ok) throw new Error(made.fault.message);
  }
}

export function testKey(seed: number, purpose: KeyPurpose = "run-seal"): SigningKey {
  const key = privateKeyFromSeed(new Uint8Array(32).fill(seed));
  const name = `${system}/${purpose}`;
  return {
    purpose,
    generation: seed,
    name,
    publicKey: key.publicKey,
    createdMs: sealedMs,
    sign: key.sign,
    note: noteSigner(name, key),
  };
}

export function policyOf(
  keys: readonly SigningKey[],
  window: Partial<Pick<TrustedKey, "validFromMs" | "validToMs">> = {},
): TrustPolicy {
  return {
    system,
    thresholds: {},
    keys: keys.map(({ publicKey, purpose, name, generation }) => {
      const terms = { validFromMs: null, validToMs: null, holder: null, ...window };
      return { ...publicKey, purpose, name, generation, ...terms };
    }),
  };
}

function numbered(count: number, kind: string): string {
  return Array.from({ length: count }, (_, n) => `{"kind":"${kind}","n":${n}}\n`).join("");
}
