import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { copyRun, editFile, eventfulRun, landRun, resealRun, temporaryRoot } from "#support";
import type { Verdict } from "../artifacts/verdict.ts";
import { makeDevelopmentKeys } from "../keys/development-keys.ts";
import { currentKey, policyPath, readPolicy, writePolicy } from "../keys/installation-keys.ts";
import { type KeyRing } from "../keys/key-ring.ts";
import { keysPlace } from "../keys/keys-place.ts";
import { poolMemory } from "../log/root-memory.ts";
import { openRunSealer, type RunSealer } from "../log/run-sealer.ts";
import { sealRun } from "../seal/seal-run.ts";
import { loadRunTrust, type RunTrust } from "./run-trust.ts";
import { verifyRun } from "./verify-run.ts";

const sealedMs = 1_795_219_200_000;

type Installation = Readonly<{
  root: string;
  ring: KeyRing;
  sealer: RunSealer;
  trust: RunTrust;
}>;

/** A root and keys of its own beside it. */
function install(folder: string, name = "root"): Installation {
  const root = join(folder, name);
  mkdirSync(root, { recursive: true });
  const place = keysPlace(join(folder, `${name}-keys`), root);
  assert.ok(place.ok);
  const ring = place.value;
  assert.ok(makeDevelopmentKeys(ring, sealedMs).ok);
  const sealer = openRunSealer(ring, root, { nowMillis: () => sealedMs });
  assert.ok(sealer.ok && sealer.value !== null);
  const trust = loadRunTrust({ ring, policyFile: null, root });
  assert.ok(trust.ok);
  return { root, ring, sealer: sealer.value, trust: trust.value };
}

function landSealed({ root, sealer }: Installation, seed = 1): string {
  const { directory, run_id } = landRun(root, { ...eventfulRun(), seed });
  const sealed = sealer.seal(directory, run_id);
  assert.ok(sealed.ok, JSON.stringify(sealed));
  return directory;
}

function verdictOf(directory: string, root: string | null, trust: RunTrust | null): Verdict {
  const verdict = verifyRun(directory, { root, trust });
  assert.ok(verdict.ok);
  return verdict.value;
}

function wordsOf({ claims }: Verdict): readonly string[] {
  return ["seal", "authenticity", "installation_log"].map((id) => {
    const claim = claims.find((each) => each.id === id);
    return `${claim?.verdict}${claim?.verdict === "FAIL" ? "" : ` ${claim?.reason}`}`;
  });
}

function codesOf({ findings }: Verdict, claim: string): readonly string[] {
  return findings.filter((each) => each.claim === claim).map(({ code }) => code);
}

test("a sealed run passes with its policy, and says what it did not look at without one", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const run = landSealed(home);
  const passed = verdictOf(run, home.root, home.trust);
  assert.deepEqual(wordsOf(passed), ["PASS null", "PASS null", "PASS null"]);
  assert.equal(passed.verdict, "PASS");
  assert.equal(verdictOf(run, home.root, null).verdict, "PASS");
  assert.deepEqual(wordsOf(verdictOf(run, home.root, null)), [
    "PASS null",
    "NOT_APPLICABLE integrity_only",
    "NOT_APPLICABLE integrity_only",
  ]);
  const nobody = verdictOf(run, home.root, { policy: null, memory: null });
  assert.equal(nobody.verdict, "NOT_MEASURABLE");
  assert.deepEqual(wordsOf(nobody).slice(1), [
    "NOT_MEASURABLE no_policy",
    "NOT_MEASURABLE no_policy",
  ]);
  const elsewhere = copyRun(run, join(folder.path, run.split("/").at(-1) ?? ""));
  assert.deepEqual(wordsOf(verdictOf(elsewhere, home.root, home.trust)), [
    "PASS null",
    "PASS null",
    "NOT_APPLICABLE run_not_under_root",
  ]);
});

test("sealing again finds the seal, and a broken one is not entered", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const run = landSealed(home);
  const runId = run.split("/").at(-1) ?? "";
  const again = home.sealer.seal(run, runId);
  assert.ok(again.ok && !again.value.isNew && !again.value.logged.isNew);
  editFile(run, "seasons.jsonl", (text) => text.replace("0", "1"));
  const broken = home.sealer.seal(run, runId);
  assert.equal(!broken.ok && broken.fault.code, "seal_broken");
});

test("an unsigned run is not measurable, and with integrity alone it passes", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const { directory } = landRun(home.root, eventfulRun());
  const verdict = verdictOf(directory, home.root, home.trust);
  assert.equal(verdict.verdict, "NOT_MEASURABLE");
  assert.deepEqual(wordsOf(verdict), [
    "NOT_APPLICABLE not_signed",
    "NOT_MEASURABLE not_signed",
    "NOT_APPLICABLE not_signed",
  ]);
  assert.equal(verdictOf(directory, home.root, null).verdict, "PASS");
  mkdirSync(join(directory, "tlog"));
  writeFileSync(join(directory, "tlog", "files.json"), "{}");
  const begun = verdictOf(directory, home.root, null);
  assert.deepEqual([begun.verdict, wordsOf(begun)[0]], ["FAIL", "FAIL"]);
  assert.deepEqual([...new Set(codesOf(begun, "seal"))], ["seal_incomplete"]);
});

test("whatever part of a seal is taken away while another is there is a finding", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const run = landSealed(home);
  const parts = ["SHA256SUMS", "attestations.intoto.jsonl", "tlog", "proofs"];
  parts.push("tlog/files.json", "tlog/leaf-hashes", "tlog/checkpoint");
  for (let taken = 1; taken < 1 << parts.length; taken += 1) {
    const copy = copyRun(run, join(folder.path, "robbed", basename(run)));
    const gone = parts.filter((_, at) => (taken >> at) % 2 === 1);
    for (const part of gone) rmSync(join(copy, part), { recursive: true, force: true });
    const left = ["attestations.intoto.jsonl", "tlog", "proofs"].some((part) =>
      existsSync(join(copy, part)),
    );
    const verdict = verdictOf(copy, null, null);
    rmSync(copy, { recursive: true });
    if (!left) continue;
    assert.equal(verdict.verdict, "FAIL", gone.join());
    if (gone.join() === "proofs") continue;
    assert.ok(codesOf(verdict, "seal").includes("seal_incomplete"), gone.join());
  }
});

test("a byte changed with sums made anew is found by the seal", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const run = landSealed(home);
  const path = join(run, "seasons.jsonl");
  const before = createHash("sha256").update(readFileSync(path)).digest("hex");
  editFile(run, "seasons.jsonl", (text) => text.replace("0", "1"));
  const after = createHash("sha256").update(readFileSync(path)).digest("hex");
  editFile(run, "SHA256SUMS", (text) => text.replace(before, after));
  const changed = verdictOf(run, home.root, null);
  assert.deepEqual(codesOf(changed, "sums"), []);
  assert.deepEqual(codesOf(changed, "seal"), ["seal_subjects_differ", "seal_record_differs"]);
  assert.equal(changed.verdict, "FAIL");
});

test("a seal by somebody else's key is whole and not authentic", () => {
  using folder = temporaryRoot();
  const [home, other] = [install(folder.path), install(folder.path, "other")];
  const run = landSealed(other);
  const verdict = verdictOf(run, null, home.trust);
  assert.deepEqual(wordsOf(verdict).slice(0, 2), ["PASS null", "FAIL"]);
  assert.ok(codesOf(verdict, "authenticity").includes("seal_signer_untrusted"));
});

test("a run taken away, put back as before, or stripped of its seal is found by the log", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const runs = [landSealed(home, 1), landSealed(home, 2)] as const;
  const [gone, witness] = runs;
  const found = (): readonly string[] =>
    codesOf(verdictOf(witness, home.root, home.trust), "installation_log");
  assert.deepEqual(found(), []);
  const kept = join(folder.path, "kept");
  cpSync(gone, kept, { recursive: true });

  rmSync(gone, { recursive: true });
  assert.deepEqual(found(), ["log_run_missing"]);

  cpSync(kept, gone, { recursive: true });
  strip(gone);
  resealRun(gone);
  assert.deepEqual(found(), ["log_run_replaced"]);
  const stripped = verdictOf(gone, home.root, home.trust);
  assert.deepEqual(codesOf(stripped, "installation_log"), ["log_run_replaced"]);
  assert.equal(stripped.verdict, "FAIL");

  // Sealed anew by the right key, at another time: genuine, and still not what the log knows.
  const later = openRunSealer(home.ring, home.root, { nowMillis: () => sealedMs + 1000 });
  assert.ok(later.ok && later.value !== null);
  const resealed = later.value.seal(gone, gone.split("/").at(-1) ?? "");
  assert.equal(!resealed.ok && resealed.fault.code, "log_run_differs");
  const verdict = verdictOf(gone, home.root, home.trust);
  assert.deepEqual(wordsOf(verdict), ["PASS null", "PASS null", "FAIL"]);
});

test("a log that is gone or went back is known by the memory, and a new root starts anew", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const run = landSealed(home);
  const log = join(home.root, "log");
  cpSync(log, join(folder.path, "log-of-one"), { recursive: true });
  landSealed(home, 2);
  rmSync(log, { recursive: true });
  const gone = verdictOf(run, home.root, home.trust);
  assert.ok(codesOf(gone, "installation_log").includes("log_checkpoint_wrong"));
  cpSync(join(folder.path, "log-of-one"), log, { recursive: true });
  const back = verdictOf(run, home.root, home.trust);
  assert.ok(codesOf(back, "installation_log").includes("log_rolled_back"));

  const pools = poolMemory(home.ring, home.root);
  mkdirSync(pools.directory, { recursive: true });
  rmSync(home.root, { recursive: true });
  mkdirSync(home.root);
  const anew = openRunSealer(home.ring, home.root, { nowMillis: () => sealedMs });
  assert.ok(anew.ok && anew.value !== null && existsSync(anew.value.setAside ?? ""));
  assert.ok(!existsSync(pools.directory), "what was seen of its pools is put aside with it");
  const next = landSealed({ ...home, sealer: anew.value });
  assert.equal(verdictOf(next, home.root, home.trust).verdict, "PASS");
});

test("a policy that asks for more keys than an installation signs with is refused at once", () => {
  using folder = temporaryRoot();
  const { ring, root } = install(folder.path);
  const clock = { nowMillis: () => sealedMs };
  const read = readPolicy(ring, policyPath(ring));
  assert.ok(read.ok);
  const { value: policy } = read;
  for (const purpose of ["run-seal", "log", "pool", "witness"] as const) {
    assert.ok(writePolicy(ring, { ...policy, thresholds: { [purpose]: 2 } }).ok);
    const opened = openRunSealer(ring, root, clock);
    const code = opened.ok ? null : opened.fault.code;
    assert.equal(code, purpose === "witness" ? null : "policy_threshold_unmet", purpose);
  }
});

test("two hands satisfy a threshold of two, one hand twice does not", () => {
  using folder = temporaryRoot();
  const [home, other] = [install(folder.path), install(join(folder.path, "other"))];
  const run = landSealed(home);
  const [own, theirs] = [home, other].map(({ ring }) => readPolicy(ring, policyPath(ring)));
  assert.ok(own?.ok && theirs?.ok);
  const foreign = theirs.value.keys.filter(({ purpose }) => purpose === "run-seal");
  const policy = { ...own.value, keys: [...own.value.keys, ...foreign] };
  const asking = (count: number): RunTrust => ({
    policy: { ...policy, thresholds: { "run-seal": count } },
    memory: null,
  });
  assert.equal(verdictOf(run, null, asking(1)).verdict, "PASS");
  assert.ok(codesOf(verdictOf(run, null, asking(2)), "authenticity").length > 0);

  const keys = [home, other].map(({ ring }) => {
    const key = currentKey(ring, "run-seal", sealedMs);
    assert.ok(key.ok);
    return key.value;
  });
  const { directory, run_id: runId } = landRun(home.root, { ...eventfulRun(), seed: 2 });
  const { system } = own.value;
  assert.ok(sealRun(directory, { runId, system, keys, nowMs: sealedMs }).ok);
  const words = [1, 2, 3].map((count) => wordsOf(verdictOf(directory, null, asking(count)))[1]);
  assert.deepEqual(words, ["PASS null", "PASS null", "FAIL"]);
});

test("without keys there is no sealer, and with keys that others can read there is a fault", () => {
  using folder = temporaryRoot();
  const place = keysPlace(join(folder.path, "none"), null);
  assert.ok(place.ok);
  const clock = { nowMillis: () => sealedMs };
  assert.deepEqual(openRunSealer(place.value, folder.path, clock), { ok: true, value: null });
  const { ring, root } = install(folder.path);
  assert.ok(readPolicy(ring, policyPath(ring)).ok);
  chmodSync(join(ring.directory, "log.1.pem"), 0o644);
  const exposed = openRunSealer(ring, root, clock);
  assert.equal(!exposed.ok && exposed.fault.code, "key_exposed");
});

function strip(directory: string): void {
  for (const name of ["tlog", "proofs", "attestations.intoto.jsonl"]) {
    rmSync(join(directory, name), { recursive: true });
  }
}
