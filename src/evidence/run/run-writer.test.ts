import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { hostFacts, landRun, planOf, syntheticMarket, temporaryRoot } from "#support";
import { readRunManifest } from "../reading/read-run.ts";
import { findExistingRun } from "./existing-run.ts";
import { isPureFile } from "./file-names.ts";
import { hostFields } from "./manifest.ts";
import { createRunWriter } from "./run-writer.ts";

function textOf(directory: string, name: string): string {
  return readFileSync(join(directory, name), "utf8");
}

function writerOf(root: string): ReturnType<typeof createRunWriter> {
  const plan = planOf(syntheticMarket({ bars: 400, seed: 7, volatility: 90 }));
  const clock = { nowMillis: () => 0 };
  return createRunWriter({ root, plan, host: hostFacts, clock, behaviors: false });
}

test("a run lands as a directory that sha256sum accepts", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, { behaviors: true });
  assert.equal(run.status, "completed");
  assert.equal(readdirSync(run.directory).length, 16);
  const sums = spawnSync("sha256sum", ["-c", "--strict", "SHA256SUMS"], { cwd: run.directory });
  assert.equal(sums.status, 0, String(sums.stderr));
  for (const name of readdirSync(run.directory)) {
    assert.equal(statSync(join(run.directory, name)).mode & 0o222, 0, `${name} is read-only`);
  }
});

test("everyone who ever lived is in the roster, founders included", () => {
  using root = temporaryRoot();
  const run = landRun(root.path);
  const roster = JSON.parse(textOf(run.directory, "agent_roster.json")) as {
    agents: { agent_id: string; agent_id_hash: string; metadata: { origin: string } }[];
  };
  const hashes = new Set(roster.agents.map(({ agent_id_hash }) => agent_id_hash));
  const founders = roster.agents.filter(({ metadata }) => metadata.origin === "founder");
  assert.equal(hashes.size, run.summary.agents_ever);
  assert.equal(founders.length, run.summary.founders);
  assert.ok(run.summary.births > 0 && run.summary.deaths > 0);
  for (const line of textOf(run.directory, "death_events.jsonl").trimEnd().split("\n")) {
    assert.ok(hashes.has((JSON.parse(line) as { agent_id_hash: string }).agent_id_hash));
  }
});

test("pure files do not depend on host or clock, and the manifest only where it says so", () => {
  using here = temporaryRoot();
  using there = temporaryRoot();
  let now = 5_000;
  const first = landRun(here.path, { behaviors: true });
  const second = landRun(there.path, {
    behaviors: true,
    host: { git_commit: "abc", git_commit_reason: null, runtime_version: "99.0.0" },
    nowMillis: () => (now += 1234),
  });
  assert.equal(first.run_id, second.run_id);
  for (const name of readdirSync(first.directory).filter(isPureFile)) {
    const same = readFileSync(join(first.directory, name)).equals(
      readFileSync(join(second.directory, name)),
    );
    assert.ok(same, `${name} differs`);
  }
  const manifests = [first, second].map(({ directory }) => {
    const entries = Object.entries(
      JSON.parse(textOf(directory, "run_manifest.json")) as Record<string, unknown>,
    );
    return Object.fromEntries(entries.filter(([key]) => !hostFields.includes(key)));
  });
  assert.deepEqual(manifests[0], manifests[1]);
});

test("an interrupted run is sealed, says where it stopped and why", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, { stopAfterTick: 101 });
  assert.equal(run.status, "interrupted");
  const manifest = readRunManifest(run.directory);
  assert.ok(manifest.ok);
  assert.equal(manifest.value.status, "interrupted");
  assert.equal(manifest.value.stopped_after_tick, 101);
  assert.equal(manifest.value.stop_reason, "test");
  assert.match(textOf(run.directory, "errors.jsonl"), /"error_type":"run_stopped"/);
  assert.ok(existsSync(join(run.directory, "SHA256SUMS")));
});

test("while it runs, the directory is no run yet and says so", () => {
  using root = temporaryRoot();
  const writer = writerOf(root.path);
  assert.ok(writer.ok);
  const manifest = readRunManifest(writer.value.directory);
  assert.ok(manifest.ok);
  assert.equal(manifest.value.status, "running");
  assert.equal(manifest.value.end_time, null);
  assert.equal(manifest.value.end_time_reason, "run_not_finished");
  assert.ok(!existsSync(join(writer.value.directory, "SHA256SUMS")));
  writer.value.abort({ code: "store_disk_full", message: "no space" });
});

test("an aborted run keeps its reason, gives its reserve back and is never sealed", () => {
  using root = temporaryRoot();
  const writer = writerOf(root.path);
  assert.ok(writer.ok);
  writer.value.abort({ code: "store_disk_full", message: "no space" });
  const manifest = readRunManifest(writer.value.directory);
  assert.ok(manifest.ok);
  assert.equal(manifest.value.status, "aborted");
  assert.equal(manifest.value.status_detail, "store_disk_full");
  const names = readdirSync(writer.value.directory);
  assert.ok(!names.includes(".reserve") && !names.includes("SHA256SUMS"));
});

test("a second writer of the same run is refused", () => {
  using root = temporaryRoot();
  const first = writerOf(root.path);
  const second = writerOf(root.path);
  assert.ok(first.ok && !second.ok);
  assert.equal(second.fault.code, "run_exists");
  first.value.abort({ code: "test", message: "done" });
});

test("a place that is free, holds the whole run, or holds anything else, is told apart", () => {
  using root = temporaryRoot();
  const market = syntheticMarket({ bars: 400, seed: 7, volatility: 90 });
  const find = (seed: number): string => {
    const found = findExistingRun(root.path, planOf(market, { seed }));
    return found.ok ? found.value : found.fault.code;
  };
  assert.equal(find(1), "absent");
  landRun(root.path, { seed: 1 });
  assert.equal(find(1), "sealed");
  landRun(root.path, { seed: 2, stopAfterTick: 50 });
  assert.equal(find(2), "run_exists_incomplete");
  const unfinished = createRunWriter({
    root: root.path,
    plan: planOf(market, { seed: 3 }),
    host: hostFacts,
    clock: { nowMillis: () => 0 },
    behaviors: false,
  });
  assert.ok(unfinished.ok);
  unfinished.value.abort({ code: "test", message: "killed" });
  assert.equal(find(3), "run_exists_unsealed");
});
