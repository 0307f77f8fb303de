import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import {
  editDocument,
  editFile,
  eventfulRun,
  goldenFailures,
  landRun,
  landVenueRun,
  resealRun,
  type SessionSpec,
  temporaryRoot,
} from "#support";
import type { Verdict } from "../artifacts/verdict.ts";
import { makeDevelopmentKeys } from "../keys/development-keys.ts";
import { currentKey } from "../keys/installation-keys.ts";
import { type KeyRing } from "../keys/key-ring.ts";
import { keysPlace } from "../keys/keys-place.ts";
import { openRunSealer, type RunSealer } from "../log/run-sealer.ts";
import { sealVenueRun } from "../log/seal-venue-run.ts";
import { poolRecordsOf } from "../pool/pool-records.ts";
import { applyRetention } from "../retention/apply-retention.ts";
import { deletionPath } from "../retention/deletion-log.ts";
import { planRetention } from "../retention/plan-retention.ts";
import { orderClaims } from "./orders/order-claims.ts";
import { loadRunTrust, type RunTrust } from "./run-trust.ts";
import { verifyRun } from "./verify-run.ts";

const nowMs = 1_795_219_200_000;
const tierOne: Partial<SessionSpec> = { tier: "tier1_hf" };

type Installation = Readonly<{
  root: string;
  ring: KeyRing;
  sealer: RunSealer;
  trust: RunTrust;
}>;

function install(folder: string, name = "root"): Installation {
  const root = join(folder, name);
  mkdirSync(root, { recursive: true });
  const place = keysPlace(join(folder, `${name}-keys`), root);
  assert.ok(place.ok);
  const ring = place.value;
  assert.ok(makeDevelopmentKeys(ring, nowMs).ok);
  const sealer = openRunSealer(ring, root, { nowMillis: () => nowMs });
  assert.ok(sealer.ok && sealer.value !== null);
  const trust = loadRunTrust({ ring, policyFile: null, root });
  assert.ok(trust.ok);
  return { root, ring, sealer: sealer.value, trust: trust.value };
}

function landSealed({ root, sealer }: Installation, spec: Partial<SessionSpec> = {}): string {
  const directory = landVenueRun(root, spec);
  const sealed = sealVenueRun(directory, sealer);
  assert.ok(sealed.ok, JSON.stringify(sealed));
  assert.equal(sealed.value.run_id, basename(directory));
  return directory;
}

function verdictOf(directory: string, root: string | null, trust: RunTrust | null): Verdict {
  const verdict = verifyRun(directory, { root, trust });
  assert.ok(verdict.ok);
  return verdict.value;
}

function wordOf({ claims }: Verdict, id: string): string {
  const claim = claims.find((each) => each.id === id);
  return `${claim?.verdict} ${claim?.reason}`;
}

function codesOf({ findings }: Verdict, claim: string): readonly string[] {
  return [...new Set(findings.filter((each) => each.claim === claim).map(({ code }) => code))];
}

function unlock(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o644);
  }
}

test("a sealed run of either tier gets one verdict: whole, orders, seal, signer, log", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  for (const spec of [{}, tierOne]) {
    const verdict = verdictOf(landSealed(home, spec), home.root, home.trust);
    assert.deepEqual(verdict.reasons, []);
    assert.deepEqual([verdict.verdict, verdict.sealed], ["PASS", true]);
    assert.deepEqual([verdict.tier, verdict.mode], [spec.tier ?? "tier2_full", "okx_demo"]);
    assert.deepEqual(
      verdict.claims.map(({ id }) => id),
      [
        "sums",
        "order_files",
        ...orderClaims.map(({ id }) => id),
        ...["seal", "authenticity", "installation_log"],
      ],
    );
    for (const { clause } of verdict.claims) assert.match(clause, /^docs\/contracts\/.+\.md#/);
  }
});

test("a run that is sealed and wrong fails by the claim about its orders alone", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const failure = goldenFailures().find(({ slug }) => slug.startsWith("step32_"));
  assert.ok(failure !== undefined);
  const directory = landVenueRun(home.root, failure.variant.spec, failure.variant.edits);
  assert.ok(sealVenueRun(directory, home.sealer).ok);
  const verdict = verdictOf(directory, home.root, home.trust);
  assert.equal(verdict.verdict, "FAIL");
  assert.equal(wordOf(verdict, "step32_orphans"), "FAIL order_repeated");
  for (const id of ["sums", "seal", "authenticity", "installation_log"]) {
    assert.equal(wordOf(verdict, id), "PASS null");
  }
  using apart = temporaryRoot();
  const other = install(apart.path);
  const measured = verdictOf(landSealed(other, { audited: false }), other.root, other.trust);
  assert.equal(measured.verdict, "NOT_MEASURABLE");
  assert.ok(measured.gaps.some(({ code }) => code === "audit_not_executed"));
});

type Hiding = (manifest: Record<string, unknown>) => unknown;

const hidings: readonly Hiding[] = [
  (manifest) => delete manifest["run_id"],
  (manifest) => delete manifest["mode"],
  (manifest) => delete manifest["meta"],
  (manifest) => delete manifest["mode"] && delete manifest["meta"],
  (manifest) => (manifest["meta"] = {}),
  (manifest) => (manifest["meta"] = { tier: "tier3" }),
  (manifest) => (manifest["mode"] = "paper"),
  (manifest) => (manifest["mode"] = "offline"),
  (manifest) => Object.assign(manifest, { mode: "offline", meta: { tier: "tier1_hf" } }),
  ...["start_time", "docker_image_reason", "self_trade_prevention", "env", "startup_flatten"].map(
    (key): Hiding =>
      (manifest) =>
        delete manifest[key],
  ),
];

test("a manifest that hides what the run is, or leaves out a field, never gets PASS", () => {
  for (const spec of [{}, tierOne]) {
    for (const [index, hide] of hidings.entries()) {
      using folder = temporaryRoot();
      const directory = landVenueRun(folder.path, spec);
      editDocument(directory, "run_manifest.json", hide);
      // Whoever ends a run knows only its manifest; a forger needs no more than the sums.
      sumEverything(directory);
      const { verdict, claims } = verdictOf(directory, folder.path, null);
      assert.equal(verdict, "FAIL", `hiding ${index} of ${spec.tier}`);
      assert.ok(claims.length > 20, `hiding ${index} of ${spec.tier}`);
    }
  }
});

function sumEverything(directory: string): void {
  const names = "find . -type f ! -name SHA256SUMS -o -path ./raw/SHA256SUMS | sed s,^./,,";
  const command = `${names} | LC_ALL=C sort | xargs sha256sum > ../sums && mv ../sums SHA256SUMS`;
  assert.equal(spawnSync("sh", ["-c", command], { cwd: directory }).status, 0);
}

test("the seal holds raw samples by their own sums, and shards of the full tier one by one", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const directory = landSealed(home, tierOne);
  const sums = readFileSync(join(directory, "SHA256SUMS"), "utf8");
  assert.match(sums, /^[0-9a-f]{64} {2}raw\/SHA256SUMS$/m);
  assert.doesNotMatch(sums, /raw\/(?:baseline|event|raw_account)/);
  assert.equal(statSync(join(directory, "raw", "raw_account.json")).mode & 0o777, 0o444);
  const full = readFileSync(join(landSealed(home), "SHA256SUMS"), "utf8");
  assert.match(full, /^[0-9a-f]{64} {2}m_execution_raw_part_0003\.json$/m);
  assert.match(full, /^[0-9a-f]{64} {2}positions_reconstruction_raw_part_0003\.json$/m);
  assert.equal(
    spawnSync("sha256sum", ["-c", "--quiet", "SHA256SUMS"], { cwd: directory }).status,
    0,
  );

  unlock(directory);
  const failing = (): readonly string[] =>
    verdictOf(directory, home.root, home.trust)
      .claims.filter(({ verdict }) => verdict === "FAIL")
      .map(({ id }) => id);
  writeFileSync(join(directory, "raw", "added.jsonl"), "");
  assert.deepEqual(failing(), ["raw_samples", "seal"]);
  rmSync(join(directory, "raw", "added.jsonl"));
  // Samples changed with their own sums made anew: what the seal names is another file then.
  appendFileSync(join(directory, "raw", "event_part_0001.jsonl"), " ");
  assert.deepEqual(failing(), ["raw_samples", "seal"]);
  sumRaw(directory);
  assert.deepEqual(failing(), ["sums", "raw_samples", "seal"]);
  mkdirSync(join(directory, "more"));
  assert.ok(codesOf(verdictOf(directory, null, null), "sums").includes("file_not_listed"));
});

function sumRaw(directory: string): void {
  const command =
    "sha256sum $(ls | grep -v SHA256SUMS | LC_ALL=C sort) > ../s && mv ../s SHA256SUMS";
  assert.equal(spawnSync("sh", ["-c", command], { cwd: join(directory, "raw") }).status, 0);
}

test("a byte changed in any file of a sealed run is found, and in which", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  for (const spec of [{}, tierOne]) {
    const directory = landSealed(home, spec);
    unlock(directory);
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const file = path.slice(directory.length + 1);
      const bytes = readFileSync(path);
      if (bytes.length === 0) continue;
      const changed = Buffer.from(bytes);
      const at = Math.floor(bytes.length / 2);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(path, changed);
      const verdict = verdictOf(directory, home.root, home.trust);
      writeFileSync(path, bytes);
      assert.equal(verdict.verdict, "FAIL", file);
      assert.ok(
        verdict.findings.some((finding) => finding.file === file),
        file,
      );
    }
    assert.equal(verdictOf(directory, home.root, home.trust).verdict, "PASS");
  }
});

test("what retention took is excused by a record of the trusted log key alone", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const directory = landSealed(home, tierOne);
  const at = Date.parse("2026-11-21T00:00:00.000Z") + 40 * 86_400_000;
  const plan = planRetention({ root: home.root, nowMs: at, windowDays: 30 });
  const key = currentKey(home.ring, "log", at);
  assert.ok(plan.ok && key.ok && plan.value.delete_runs === 1);
  assert.ok(applyRetention(plan.value, { root: home.root, nowMs: at, key: key.value }).ok);
  const passed = verdictOf(directory, home.root, home.trust);
  assert.deepEqual(passed.reasons, []);
  assert.equal(wordOf(passed, "raw_samples"), "NOT_APPLICABLE retained_out");
  const alone = verdictOf(directory, home.root, null);
  assert.equal(wordOf(alone, "raw_samples"), "NOT_MEASURABLE deletion_unproven");
  assert.equal(wordOf(alone, "seal"), "PASS null");
  const other = install(folder.path, "other");
  const distrusted = verdictOf(directory, home.root, other.trust);
  assert.deepEqual(codesOf(distrusted, "raw_samples"), ["deletion_signature_wrong"]);
  assert.ok(codesOf(distrusted, "seal").includes("seal_file_missing"));

  // What was kept is still judged, by its sums and by the seal.
  unlock(directory);
  const account = join(directory, "raw", "raw_account.json");
  const bytes = readFileSync(account);
  appendFileSync(account, " ");
  const changed = verdictOf(directory, home.root, home.trust);
  assert.ok(codesOf(changed, "raw_samples").includes("raw_sums_differ"));
  assert.ok(codesOf(changed, "seal").includes("seal_file_differs"));
  writeFileSync(account, bytes);
  assert.equal(verdictOf(directory, home.root, home.trust).verdict, "PASS");
  const record = deletionPath(home.root, basename(directory));
  chmodSync(record, 0o644);
  writeFileSync(record, "{}");
  assert.deepEqual(codesOf(verdictOf(directory, home.root, home.trust), "raw_samples"), [
    "raw_file_lost",
  ]);
});

test("a run without keys ends unsigned, passes by integrity alone, can be signed later", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  for (const spec of [{}, tierOne]) {
    const directory = landVenueRun(home.root, spec);
    assert.deepEqual(wordOf(verdictOf(directory, home.root, null), "sums").split(" "), [
      "NOT_MEASURABLE",
      "run_unsealed",
      "(completed)",
    ]);
    for (const again of [1, 2]) {
      const ended = sealVenueRun(directory, null);
      assert.ok(ended.ok && ended.value.signed === null, `${again}`);
    }
    assert.equal(verdictOf(directory, home.root, null).verdict, "PASS");
    const unsigned = verdictOf(directory, home.root, home.trust);
    assert.equal(unsigned.verdict, "NOT_MEASURABLE");
    const signed = sealVenueRun(directory, home.sealer);
    assert.ok(signed.ok && signed.value.signed?.isNew === true);
    const later = sealVenueRun(directory, home.sealer);
    assert.ok(later.ok && later.value.signed?.isNew === false);
    assert.equal(verdictOf(directory, home.root, home.trust).verdict, "PASS");
    const stripped = sealVenueRun(directory, null);
    assert.equal(!stripped.ok && stripped.fault.code, "seal_exists");
  }
});

test("a run that is gone is found in the verdict of a run of the other tier", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const full = landSealed(home);
  const { directory, run_id } = landRun(home.root, eventfulRun());
  assert.ok(home.sealer.seal(directory, run_id).ok);
  assert.equal(verdictOf(directory, home.root, home.trust).verdict, "PASS");
  const away = join(folder.path, "away");
  renameSync(full, away);
  assert.deepEqual(codesOf(verdictOf(directory, home.root, home.trust), "installation_log"), [
    "log_run_missing",
  ]);
  renameSync(away, full);
  renameSync(directory, away);
  assert.deepEqual(codesOf(verdictOf(full, home.root, home.trust), "installation_log"), [
    "log_run_missing",
  ]);
  // A copy that a reviewer was given lies anywhere, and needs no root.
  const copy = join(folder.path, basename(full));
  cpSync(full, copy, { recursive: true });
  assert.equal(wordOf(verdictOf(copy, null, home.trust), "tier_contract"), "PASS null");
  // In the folder of the other tier it is found, but it is not where its tier belongs.
  renameSync(away, directory);
  const misplaced = join(home.root, "runs_hf", basename(full));
  renameSync(full, misplaced);
  const verdict = verdictOf(misplaced, home.root, home.trust);
  assert.deepEqual(codesOf(verdict, "tier_contract"), ["tier_root_differs"]);
});

test("what cannot be sealed is refused with its place, and is not sealed", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const refusal = (directory: string): string => {
    const sealed = sealVenueRun(directory, home.sealer);
    assert.ok(!readdirSync(directory).includes("SHA256SUMS"));
    return sealed.ok ? "sealed" : `${sealed.fault.code} ${basename(sealed.fault.at ?? "")}`;
  };
  const directory = landVenueRun(home.root, tierOne);
  const name = basename(directory);
  const renamed = `${directory}x`;
  renameSync(directory, renamed);
  assert.equal(refusal(renamed), `seal_run_unfit ${name}x`);
  renameSync(renamed, directory);
  const manifest = readFileSync(join(directory, "run_manifest.json"));
  for (const text of ["", "{}", "[1]", "\u0000", '{"run_id":1']) {
    writeFileSync(join(directory, "run_manifest.json"), text);
    assert.equal(refusal(directory), "seal_run_unfit run_manifest.json", text);
  }
  writeFileSync(join(directory, "run_manifest.json"), manifest);
  writeFileSync(join(directory, "raw", "stray.jsonl"), "");
  assert.equal(refusal(directory), "seal_sums_differ stray.jsonl");
  rmSync(join(directory, "raw", "stray.jsonl"));
  editFile(directory, "raw/event_part_0001.jsonl", (text) => `${text} `);
  assert.equal(refusal(directory), "seal_sums_differ event_part_0001.jsonl");
  editFile(directory, "raw/event_part_0001.jsonl", (text) => text.slice(0, -1));
  assert.equal(spawnSync("mkfifo", [join(directory, "pipe")]).status, 0);
  assert.equal(refusal(directory), "seal_path_unfit pipe");
  rmSync(join(directory, "pipe"));
  editFile(directory, "errors.jsonl", () => "{");
  assert.match(refusal(directory), /^seal_torn_record errors\.jsonl$/);
  // A refusal leaves nothing that could be taken for what is left of a seal.
  const verdict = verdictOf(directory, home.root, home.trust);
  assert.deepEqual([verdict.verdict, verdict.sealed], ["NOT_MEASURABLE", false]);
  assert.equal(wordOf(verdict, "seal"), "NOT_MEASURABLE run_unsealed (completed)");
});

test("a full-tier run in a simulated world is judged whole, and its tier with it", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  for (const purpose of ["PROMOTE", "AUDIT"] as const) {
    const { directory, run_id: runId } = landRun(home.root, { ...eventfulRun(), purpose });
    assert.match(directory, new RegExp(`/runs/${purpose}_[0-9a-f]{16}$`));
    const unsealed = verdictOf(directory, home.root, home.trust);
    assert.equal(unsealed.verdict, "NOT_MEASURABLE");
    assert.ok(home.sealer.seal(directory, runId).ok);
    const verdict = verdictOf(directory, home.root, home.trust);
    assert.deepEqual([verdict.verdict, verdict.findings, verdict.tier], ["PASS", [], "tier2_full"]);
    assert.equal(wordOf(verdict, "capital_conservation"), "PASS null");
    assert.equal(wordOf(verdict, "tier_contract"), "PASS null");
    const noOrder = "NOT_APPLICABLE no_order_leaves_an_offline_run";
    for (const claim of ["venue_manifest", "step88_p0_attempts", "raw_shards"]) {
      assert.equal(wordOf(verdict, claim), noOrder, claim);
    }
    assert.ok(!verdict.claims.some(({ id }) => id === "pool_lines"));
    assert.deepEqual(poolRecordsOf(directory), { ok: true, value: [] }, "it enters no pool");

    const misplaced = join(home.root, "runs_hf", basename(directory));
    mkdirSync(dirname(misplaced), { recursive: true });
    cpSync(directory, misplaced, { recursive: true });
    assert.deepEqual(codesOf(verdictOf(misplaced, null, null), "tier_contract"), [
      "tier_root_differs",
    ]);
    editFile(directory, "death_events.jsonl", (text) => text.slice(0, text.indexOf("\n") + 1));
    const shortened = verdictOf(directory, home.root, home.trust);
    assert.equal(shortened.verdict, "FAIL");
    assert.ok(codesOf(shortened, "population_balance").length > 0);
  }
});

test("a venue run that says it was offline fails as a world; a name says no other tier", () => {
  using folder = temporaryRoot();
  const home = install(folder.path);
  const directory = landVenueRun(home.root);
  editDocument(directory, "run_manifest.json", (manifest) => (manifest["mode"] = "offline"));
  assert.ok(sealVenueRun(directory, home.sealer).ok);
  const verdict = verdictOf(directory, home.root, home.trust);
  assert.equal(verdict.verdict, "FAIL");
  assert.match(wordOf(verdict, "contract_run_manifest"), /^FAIL/);
  assert.equal(wordOf(verdict, "capital_conservation"), "NOT_MEASURABLE manifest_unreadable");

  const { directory: promoted, run_id: runId } = landRun(home.root, { purpose: "PROMOTE" });
  editDocument(promoted, "run_manifest.json", (manifest) => {
    manifest["meta"] = { tier: "tier1_hf", contract: "run_directory/1" };
  });
  resealRun(promoted);
  const wrong = verdictOf(promoted, null, null);
  assert.ok(codesOf(wrong, "manifest_identity").includes("manifest_wrong"), runId);
});
