import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { millisPerDay } from "#base";
import {
  installKey,
  type KeyPurpose,
  type KeyRing,
  keysPlace,
  makeDevelopmentKeys,
  openRunSealer,
  revokeKey,
  rotateKey,
  setThreshold,
} from "#evidence";
import { landRun, temporaryRoot } from "#support";
import type { Check } from "./doctor-checks.ts";
import { checkKeys } from "./doctor-keys.ts";

const nowMs = 1_795_219_200_000;

type Place = Readonly<{ path: string; root: string; keys: string; ring: KeyRing }> & Disposable;

/** A root and development keys beside it. */
function install(): Place {
  const folder = temporaryRoot();
  const [root, keys] = [join(folder.path, "root"), join(folder.path, "keys")];
  mkdirSync(root);
  const place = keysPlace(keys, root);
  assert.ok(place.ok && makeDevelopmentKeys(place.value, nowMs).ok);
  return {
    path: folder.path,
    root,
    keys,
    ring: place.value,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** What is said of each thing, and what to do of those that are not well. */
function said(
  place: Pick<Place, "root" | "keys">,
  at = nowMs + 1,
): Readonly<Record<string, Check>> {
  const checks = checkKeys({ root: place.root, keys: place.keys, nowMs: at });
  for (const { status, remedy, name } of checks)
    assert.equal(remedy === null, status === "ok", name);
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

function worst(checks: Readonly<Record<string, Check>>): readonly string[] {
  return Object.values(checks)
    .filter(({ status }) => status !== "ok")
    .map(({ name, status }) => `${status} ${name}`);
}

function idOf(ring: KeyRing, purpose: KeyPurpose, generation = 1): string {
  const path = join(ring.directory, `${purpose}.${generation}.pub.json`);
  return (JSON.parse(readFileSync(path, "utf8")) as { key_id: string }).key_id;
}

test("keys that can sign, a policy that trusts them and a log without runs are well", () => {
  using place = install();
  const before = readdirSync(place.path, { recursive: true });
  const checks = said(place);
  assert.deepEqual(worst(checks), []);
  assert.deepEqual(Object.keys(checks), [
    ...["keys", "run-seal key", "log key", "pool key", "policy", "log"],
  ]);
  assert.match(checks["run-seal key"]?.detail ?? "", /^run-seal\.1 signs, trusted without end$/);
  assert.deepEqual(readdirSync(place.path, { recursive: true }), before);
});

test("without keys that is a warning, inside the root or open to others a failure", () => {
  using place = install();
  const none = said({ ...place, keys: join(place.path, "none") });
  assert.deepEqual(worst(none), ["warn keys"]);
  assert.match(none["keys"]?.remedy ?? "", /assay keys new run-seal/);
  assert.deepEqual(worst(said({ ...place, keys: join(place.root, "keys") })), ["fail keys"]);
  writeFileSync(join(place.path, "file"), "");
  assert.deepEqual(worst(said({ ...place, keys: join(place.path, "file") })), ["fail keys"]);
  chmodSync(place.keys, 0o755);
  assert.match(said(place)["keys"]?.remedy ?? "", /^chmod 700 /);
  chmodSync(place.keys, 0o700);
  chmodSync(join(place.keys, "log.1.pem"), 0o640);
  const exposed = said(place);
  assert.deepEqual(worst(exposed), ["fail keys", "fail log key"]);
  assert.match(exposed["keys"]?.remedy ?? "", /^chmod 600 .*assay keys rotate log$/);
});

test("a key that ends is told in time, one that ended or is away with what makes the next", () => {
  using place = install();
  const overlapMs = 20 * millisPerDay;
  assert.ok(rotateKey(place.ring, { purpose: "run-seal", nowMs, overlapMs }).ok);
  assert.match(
    said(place)["run-seal key"]?.detail ?? "",
    /^run-seal\.2 signs, .*; 1 older trusted/,
  );
  renameSync(join(place.keys, "run-seal.2.pem"), join(place.path, "away"));
  assert.deepEqual(worst(said(place)), ["fail keys", "fail run-seal key"]);
  rmSync(join(place.keys, "run-seal.2.pub.json"));
  assert.deepEqual(worst(said(place)), []);
  assert.deepEqual(worst(said(place, nowMs + 7 * millisPerDay)), ["warn run-seal key"]);
  assert.deepEqual(worst(said(place, nowMs + overlapMs + 1)), ["fail run-seal key"]);

  assert.ok(revokeKey(place.ring, idOf(place.ring, "pool"), nowMs).ok);
  const revoked = said(place)["pool key"];
  assert.match(revoked?.detail ?? "", /^the trust in pool\.1 ended 2026-.*: pools .* not signed$/);
  assert.equal(revoked?.remedy, "assay keys new pool makes the next");
  const request = {
    purpose: "pool",
    system: "assay.local",
    nowMs: nowMs + 1,
    holder: null,
  } as const;
  const next = installKey(place.ring, request);
  assert.ok(next.ok && next.value.generation === 2);
  assert.deepEqual(worst(said(place, nowMs + 2)), []);
  const again = installKey(place.ring, request);
  assert.equal(!again.ok && again.fault.code, "key_exists");
});

test("a policy that is away, broken or asks for more than there is keeps the machine unfit", () => {
  using place = install();
  assert.ok(setThreshold(place.ring, "run-seal", 2).ok);
  assert.match(said(place)["policy"]?.detail ?? "", /asks for 2 different keys, 1 are trusted$/);
  assert.ok(rotateKey(place.ring, { purpose: "run-seal", nowMs, overlapMs: 1e9 }).ok);
  assert.deepEqual(worst(said(place)), ["warn policy"]);
  const path = join(place.keys, "policy.json");
  for (const text of ["", "{}", "\u0000", "[".repeat(100_000)]) {
    writeFileSync(path, text);
    assert.deepEqual(worst(said(place)), ["fail policy"]);
  }
  rmSync(path);
  assert.match(said(place)["policy"]?.remedy ?? "", /^restore policy\.json/);
});

test("the log is checked against its signature, what was seen of it and the runs there", () => {
  using place = install();
  const sealer = openRunSealer(place.ring, place.root, { nowMillis: () => nowMs });
  assert.ok(sealer.ok && sealer.value !== null);
  const runs = [1, 2].map((seed) => landRun(place.root, { seed }));
  for (const { directory, run_id } of runs) assert.ok(sealer.value.seal(directory, run_id).ok);
  const memory = (): readonly string[] => {
    const folder = join(place.keys, "witness");
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".checkpoint"))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  };
  const seen = memory();
  assert.match(said(place)["log"]?.detail ?? "", /^2 runs, signed, whole and all there$/);
  const directory = runs[0]?.directory ?? "";
  renameSync(directory, join(place.path, "away"));
  assert.match(said(place)["log"]?.detail ?? "", /^HF_\w+: .*\[log_run_missing\]$/);
  renameSync(join(place.path, "away"), directory);
  const nobody = said({ ...place, keys: join(place.path, "none") });
  assert.deepEqual(worst(nobody), ["warn keys", "warn log"]);
  renameSync(join(place.root, "log"), join(place.path, "log"));
  assert.match(said(place)["log"]?.detail ?? "", /log_checkpoint_wrong/);
  assert.deepEqual(memory(), seen);
});
