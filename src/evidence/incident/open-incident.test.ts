import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { err, ok } from "#base";
import { assertStated, copyRun, editRecord, landRun, temporaryRoot } from "#support";
import type { Verdict } from "../artifacts/verdict.ts";
import { readDocument } from "../reading/read-document.ts";
import { verifyRun } from "../verify/verify-run.ts";
import { writeVerdict } from "../verify/write-verdict.ts";
import { type BundleIndex, bundleIndex, type FrozenFile } from "./bundle-index.ts";
import { checkBundle } from "./check-bundle.ts";
import { requiredFiles } from "./freeze-bundle.ts";
import { incidentHost } from "./incident-host.ts";
import { inspectIncident } from "./inspect-incident.ts";
import { type OpenedIncident, type OpenRequest, openIncident } from "./open-incident.ts";
import { enumerateOpeningCrashes } from "./opening-crashes.ts";

const openedMs = 1_767_323_045_000;

function request(root: string, runDirectory: string, more: Partial<OpenRequest> = {}): OpenRequest {
  return {
    root,
    runDirectory,
    title: "Agents without an anchor",
    impact: "No clustering by genome",
    severity: "high",
    incidentType: "Observability gap",
    sections: [],
    claims: [],
    criteria: ["artifact:agent_roster.json"],
    by: "ada",
    clock: { nowMillis: () => openedMs },
    nonce: "0123abcd",
    verify: (directory) => verifyRun(directory, { root }),
    ...more,
  };
}

function opened(root: string, run: string, more: Partial<OpenRequest> = {}): OpenedIncident {
  const result = openIncident(incidentHost(), request(root, run, more));
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function indexOf({ folder }: OpenedIncident): BundleIndex {
  const { value } = readDocument(join(folder, "bundle", "bundle_index.json"), bundleIndex);
  assert.ok(value !== null);
  return value;
}

function frozen(index: BundleIndex, file: string): FrozenFile {
  const found = index.files.find((each) => each.file === file);
  assert.ok(found !== undefined, `${file} is not in the index`);
  return found;
}

test("opening a sound run copies what tells what it was and holds the rest by digest", () => {
  using root = temporaryRoot();
  const { directory, run_id } = landRun(root.path);
  const incident = opened(root.path, directory);
  assert.equal(incident.id, "INC_20260102T030405Z_0123abcd");
  const index = indexOf(incident);
  assert.equal(index.missing_required_files_count, 0);
  for (const file of requiredFiles) {
    assert.ok(frozen(index, file).copied, file);
    const copy = readFileSync(join(incident.folder, "bundle", "run", file));
    assert.deepEqual(copy, readFileSync(join(directory, file)));
  }
  assert.equal(frozen(index, "verdict.json").from, "made_at_open");
  const deaths = frozen(index, "death_events.jsonl");
  assert.ok(!deaths.copied && deaths.sha256 !== null);
  assert.equal(index.files.length, readdirSync(directory).length + 1);
  assert.equal(incident.state.opened.run.run_id, run_id);
  assert.equal(incident.state.opened.run.directory, `runs_hf/${run_id}`);
  assert.deepEqual(checkBundle(incident.folder, incident.state.opened.bundle).findings, []);
});

test("tools that are not ours check the bundle", () => {
  using root = temporaryRoot();
  const { folder } = opened(root.path, landRun(root.path).directory);
  const cwd = join(folder, "bundle");
  const checked = spawnSync("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd });
  assert.equal(checked.status, 0, String(checked.stderr));
  const script = "head -n 1 record.jsonl | sha256sum";
  const { stdout } = spawnSync("sh", ["-c", script], { cwd: folder, encoding: "utf8" });
  const document = readFileSync(join(folder, "INCIDENT.md"), "utf8");
  assert.ok(
    document.endsWith(`head ${stdout.slice(0, 64)} -->
`),
  );
});

test("the verdict that was kept is the one that is frozen, with the findings of the claims", () => {
  using root = temporaryRoot();
  const whole = landRun(root.path, { seed: 2 });
  const directory = join(root.path, "runs_hf", "HF_damaged");
  copyRun(whole.directory, directory);
  editRecord(directory, "birth_events.jsonl", 0, (record) => {
    record["agent_id_hash"] = "0".repeat(16);
  });
  const verdict = verifyRun(directory, { root: null });
  assert.ok(verdict.ok);
  assert.ok(writeVerdict(root.path, verdict.value, "own").ok);

  const claims = ["roster_join", "sums"];
  const incident = opened(root.path, directory, { claims, criteria: [] });
  const index = indexOf(incident);
  assert.equal(frozen(index, "verdict.json").from, "verdicts");
  assert.ok(frozen(index, "birth_events.jsonl").copied, "named by a finding");
  assert.ok(!frozen(index, "capital_ledger.jsonl").copied);
  const [join93] = incident.state.opened.claims;
  assert.equal(join93?.verdict, "FAIL");
  assert.match(join93?.examples[0] ?? "", /^birth_events\.jsonl line 1 agent_id_hash: .* \[\w+\]$/);
  assert.deepEqual(incident.state.criteria, ["claim:roster_join=PASS", "claim:sums=PASS"]);
});

test("a run with missing, linked, waiting and foreign files is frozen as far as it goes", () => {
  using root = temporaryRoot();
  const directory = join(root.path, "runs_hf", "HF_broken");
  mkdirSync(join(directory, "raw"), { recursive: true });
  writeFileSync(join(directory, "run_manifest.json"), "{ not json");
  symlinkSync("/etc/hostname", join(directory, "agent_roster.json"));
  assert.equal(spawnSync("mkfifo", [join(directory, "errors.jsonl")]).status, 0);
  mkdirSync(join(directory, "gating_telemetry.json"));
  writeFileSync(join(directory, "a b\u001b[31m"), "x");
  writeFileSync(join(directory, "raw", "m_execution_raw_index.json"), "{}");
  const incident = opened(root.path, directory);
  const index = indexOf(incident);

  assert.ok(frozen(index, "run_manifest.json").copied);
  assert.equal(frozen(index, "agent_roster.json").problem, "file_not_regular");
  assert.equal(frozen(index, "errors.jsonl").problem, "file_not_regular");
  assert.equal(frozen(index, "gating_telemetry.json").problem, "file_missing");
  assert.equal(frozen(index, "a b?[31m").problem, "name_not_plain");
  assert.ok(frozen(index, "raw/m_execution_raw_index.json").copied);
  assert.equal(index.missing_required_files_count, 6);
  assert.ok(!index.missing_required_files.includes("run_manifest.json"));
  const { run } = incident.state.opened;
  assert.deepEqual([run.run_id, run.run_id_reason], [null, "manifest_unreadable"]);
  assert.equal(run.sealed, false);
  assert.deepEqual(checkBundle(incident.folder, incident.state.opened.bundle).findings, []);
});

test("a run that no verifier can judge still gets its incident", () => {
  using root = temporaryRoot();
  const directory = join(root.path, "runs_hf", "HF_empty");
  mkdirSync(directory, { recursive: true });
  const verify = (): ReturnType<OpenRequest["verify"]> =>
    err({ code: "run_unreadable", message: "no rights" });
  const incident = opened(root.path, directory, { verify });
  assert.equal(frozen(indexOf(incident), "verdict.json").problem, "run_unreadable");
  assert.equal(incident.state.opened.bundle.missing_required_files_count, 8);
});

test("what cannot be opened leaves nothing behind", () => {
  using root = temporaryRoot();
  const { directory } = landRun(root.path);
  const refused: readonly (readonly [Partial<OpenRequest>, string])[] = [
    [{ title: "two\nlines" }, "incident_text_unfit"],
    [{ title: " " }, "incident_text_unfit"],
    [{ impact: "bell \u0007" }, "incident_text_unfit"],
    [{ by: "right to \u202eleft" }, "incident_text_unfit"],
    [{ impact: "x".repeat(8001) }, "incident_text_unfit"],
    [{ claims: ["roster_jion"] }, "incident_claim_unknown"],
    [{ criteria: ["claims:roster_join=PASS"] }, "criterion_malformed"],
    [{ criteria: ["claim:roster_join=FAIL"] }, "criterion_malformed"],
    [{ criteria: ["artifact:../../etc/passwd"] }, "criterion_malformed"],
    [{ criteria: ["join:a->b"] }, "criterion_malformed"],
    [{ criteria: ["same", "same"] }, "criterion_repeated"],
    [{ criteria: Array.from({ length: 65 }, (_, at) => `text ${at}`) }, "criterion_too_many"],
    [{ runDirectory: join(root.path, "nowhere") }, "run_unreadable"],
  ];
  for (const [more, code] of refused) {
    const result = openIncident(incidentHost(), request(root.path, directory, more));
    assert.equal(!result.ok && result.fault.code, code);
  }
  const incidents = join(root.path, "incidents");
  assert.deepEqual(existsSync(incidents) ? readdirSync(incidents) : [], []);
});

test("an incident whose place is taken is not opened over it", () => {
  using root = temporaryRoot();
  const { directory } = landRun(root.path);
  const first = opened(root.path, directory);
  const before = readFileSync(join(first.folder, "record.jsonl"));
  const again = openIncident(incidentHost(), request(root.path, directory, { title: "Another" }));
  assert.ok(!again.ok);
  assert.deepEqual(readFileSync(join(first.folder, "record.jsonl")), before);
  assert.deepEqual(readdirSync(join(root.path, "incidents")), [basename(first.folder)]);
});

test("every byte, every removal and every addition in a bundle is found", () => {
  using root = temporaryRoot();
  const incident = opened(root.path, landRun(root.path).directory);
  const bundle = join(incident.folder, "bundle");
  const codes = (): readonly string[] => {
    const act = { root: root.path, incident: incident.id };
    const inspected = inspectIncident(incidentHost(), act, null);
    assert.ok(inspected.ok);
    return inspected.value.findings.map(({ code }) => code);
  };
  assert.deepEqual(codes(), []);
  const files = ["SHA256SUMS", "bundle_index.json", "verdict.json", "run/agent_roster.json"];
  for (const file of files) {
    const path = join(bundle, file);
    const bytes = readFileSync(path);
    for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      chmodSync(path, 0o644);
      writeFileSync(path, altered);
      assert.deepEqual(codes(), ["bundle_altered"], `${file} byte ${at}`);
    }
    rmSync(path);
    assert.equal(codes().length, 1, `without ${file}`);
    symlinkSync("/etc/hostname", path);
    assert.deepEqual(codes(), ["bundle_altered"], `${file} is a link`);
    rmSync(path);
    writeFileSync(path, bytes);
  }
  writeFileSync(join(bundle, "run", "later.json"), "{}");
  assert.deepEqual(codes(), ["bundle_file_unknown"]);
  rmSync(bundle, { recursive: true });
  assert.deepEqual(codes(), ["bundle_missing"]);
});

test("a kept verdict that cannot be read is evidence all the same", () => {
  using root = temporaryRoot();
  const { directory, run_id } = landRun(root.path);
  mkdirSync(join(root.path, "verdicts", run_id), { recursive: true });
  writeFileSync(join(root.path, "verdicts", run_id, "verdict.json"), "{}");
  const incident = opened(root.path, directory);
  assert.equal(frozen(indexOf(incident), "verdict.json").size, 2);
  const more = { claims: ["sums"], nonce: "89abcdef" };
  const refused = openIncident(incidentHost(), request(root.path, directory, more));
  assert.equal(!refused.ok && refused.fault.code, "incident_claim_unknown");
});

test("an opening is whole or nothing at any crash and fault", (t) => {
  using root = temporaryRoot();
  const counted = enumerateOpeningCrashes(root.path, { "run_manifest.json": "{}\n" });
  assertStated(t, "opening an incident", counted);
});

test("a verdict full of long and strange texts cannot break the record", () => {
  using root = temporaryRoot();
  const { directory } = landRun(root.path);
  const strange = "\u202e\n".repeat(50_000);
  const verify = (): ReturnType<OpenRequest["verify"]> => {
    const verdict = verifyRun(directory, { root: null });
    assert.ok(verdict.ok);
    const finding = { claim: "sums", code: strange, file: strange, line: 1, field: strange };
    const findings = Array.from({ length: 50 }, () => ({ ...finding, detail: strange }));
    const claims = verdict.value.claims.map((claim) => ({ ...claim, reason: strange }));
    return ok({ ...verdict.value, claims, findings } satisfies Verdict);
  };
  const { folder } = opened(root.path, directory, { verify, claims: ["sums"], criteria: [] });
  assert.ok(readFileSync(join(folder, "record.jsonl")).length < 20_000);
});
