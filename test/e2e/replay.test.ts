import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { type RunManifest, runIdOfManifest } from "#evidence";
import { assay, makeFolder, manifestOf, runsOf, tiny } from "./assay.ts";

const folder = makeFolder();
const root = join(folder, "root");
let recorded = "";

before(async () => {
  const run = await assay(["evolve", ...tiny, "--seeds", "1", "--behaviors", "--root", root]);
  assert.equal(run.code, 0, run.stderr);
  recorded = runsOf(root)[0] ?? "";
});

test("a run replays with either kernel, by path and by id, with its matrix", async () => {
  const byPath = await assay(["replay", recorded, "--kernel", "reference", "--json"]);
  assert.equal(byPath.code, 0, byPath.stdout + byPath.stderr);
  const verdict = JSON.parse(byPath.stdout) as Record<string, unknown>;
  assert.deepEqual([verdict["verdict"], verdict["kernel"]], ["PASS", "reference"]);
  assert.ok(Number(verdict["files"]) >= 14);
  const byId = await assay(["replay", recorded.slice(-19), "--root", root]);
  assert.match(byId.stdout, /^PASS {2}replay HF_[0-9a-f]{16} with the simd kernel$/m);
});

test("one changed byte is named with its file, line, byte and both texts", async () => {
  const copy = copyOf("changed");
  edit(join(copy, "capital_ledger.jsonl"), (text) => text.replace('"deaths":0', '"deaths":9'));
  const run = await assay(["replay", copy, "--root", root]);
  assert.equal(run.code, 1, run.stdout);
  assert.match(run.stdout, /first difference: capital_ledger\.jsonl line 1, byte \d+/);
  assert.match(run.stdout, /recorded {2}.*"deaths":9/);
  assert.match(run.stdout, /replayed {2}.*"deaths":0/);
});

test("a file too many and a file too few are differences", async () => {
  const copy = copyOf("files");
  writeFileSync(join(copy, "extra.jsonl"), "");
  rmSync(join(copy, "survivors.jsonl"));
  const run = await assay(["replay", copy, "--root", root, "--json"]);
  assert.equal(run.code, 1);
  const { differences } = JSON.parse(run.stdout) as { differences: { file: string }[] };
  assert.deepEqual(
    differences.map(({ file }) => file),
    ["extra.jsonl", "survivors.jsonl"],
  );
});

test("a manifest whose parts do not make its run id is a failure", async () => {
  const copy = copyOf("manifest");
  editManifest(copy, (manifest) => ({ ...manifest, seed: 77 }));
  const run = await assay(["replay", copy, "--root", root]);
  assert.equal(run.code, 1, run.stdout);
  assert.match(run.stdout, /its parts make HF_[0-9a-f]{16} \[run_id_differs\]/);
});

test("a run of another core is not measurable here, and both hashes are said", async () => {
  const copy = copyOf("core");
  const other = "0123".repeat(16);
  editManifest(copy, (manifest) => withOwnId({ ...manifest, core_hash: other }));
  const run = await assay(["replay", copy, "--root", root]);
  assert.equal(run.code, 3, run.stdout);
  const own = String(manifestOf(recorded)["core_hash"]);
  assert.ok(run.stdout.includes(other) && run.stdout.includes(own), run.stdout);
});

test("without its dataset a run is not measurable, and the way to get it is said", async () => {
  const copy = copyOf("dataset");
  const dataset_id = "ab".repeat(32);
  editManifest(copy, (manifest) => {
    const dataset = { ...manifest.dataset, dataset_id, name: "btc-15m" };
    return withOwnId({ ...manifest, dataset });
  });
  const run = await assay(["replay", copy, "--root", root]);
  assert.equal(run.code, 3, run.stdout);
  assert.match(run.stdout, /dataset btc-15m .* is not under this root; assay data import/);
});

test("for the embedded dataset a reviewer needs the run directory and nothing else", async () => {
  const run = await assay(["replay", copyOf("alone"), "--root", join(folder, "empty")]);
  assert.equal(run.code, 0, run.stdout + run.stderr);
});

test("what is no run directory is unreadable", async () => {
  mkdirSync(join(folder, "stranger"));
  const run = await assay(["replay", join(folder, "stranger")]);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /no run here.*assay runs ls.*\[no_run_here\]\n$/);
});

function copyOf(name: string): string {
  const copy = join(folder, name);
  cpSync(recorded, copy, { recursive: true });
  return copy;
}

function edit(path: string, change: (text: string) => string): void {
  chmodSync(path, 0o644);
  const text = readFileSync(path, "utf8");
  assert.notEqual(change(text), text);
  writeFileSync(path, change(text));
}

function editManifest(copy: string, change: (manifest: RunManifest) => RunManifest): void {
  edit(join(copy, "run_manifest.json"), (text) => {
    return `${JSON.stringify(change(JSON.parse(text) as RunManifest), null, 2)}\n`;
  });
}

function withOwnId(manifest: RunManifest): RunManifest {
  const run_id = runIdOfManifest(manifest);
  return { ...manifest, run_id, results_dir: `runs_hf/${run_id}` };
}
