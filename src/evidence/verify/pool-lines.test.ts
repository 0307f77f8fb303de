import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventfulRun, landRun, temporaryRoot } from "#support";
import { appendRunsToPool } from "../pool/stage-one-pool.ts";
import type { SealedRun } from "../run/land-run.ts";
import { verifyRun } from "./verify-run.ts";

type Word = Readonly<{ verdict: string; reason: string | null; codes: readonly string[] }>;

function poolWord(run: SealedRun, root: string | null): Word {
  const verdict = verifyRun(run.directory, { root });
  assert.ok(verdict.ok);
  const claim = verdict.value.claims.find(({ id }) => id === "pool_lines");
  const own = verdict.value.findings.filter((finding) => finding.claim === "pool_lines");
  assert.ok(claim !== undefined);
  const codes = [...new Set(own.map(({ code }) => code))];
  return { verdict: claim.verdict, reason: claim.reason, codes };
}

test("each survivor has its line in the pool; without a pool the claim does not apply", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  assert.equal(poolWord(run, null).reason, "no_root_given");
  assert.equal(poolWord(run, root.path).reason, "no_pool_under_root");
  const appended = appendRunsToPool(root.path, [run.directory]);
  assert.ok(appended.ok);
  assert.equal(appended.value.appended, run.summary.alive_agents);
  assert.equal(poolWord(run, root.path).verdict, "PASS");
  using elsewhere = temporaryRoot();
  assert.equal(poolWord(run, elsewhere.path).reason, "no_pool_under_root");
});

test("appending again changes nothing", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const pool = join(root.path, "pools/stage1/pool.jsonl");
  assert.ok(appendRunsToPool(root.path, [run.directory]).ok);
  const before = readFileSync(pool);
  const again = appendRunsToPool(root.path, [run.directory]);
  assert.ok(again.ok);
  assert.deepEqual([again.value.appended, again.value.present], [0, run.summary.alive_agents]);
  assert.ok(readFileSync(pool).equals(before));
});

test("an interrupted run gives the pool nothing, and that is right", () => {
  using root = temporaryRoot();
  const whole = landRun(root.path, eventfulRun());
  const stopped = landRun(root.path, { ...eventfulRun(), seed: 9, stopAfterTick: 40 });
  const appended = appendRunsToPool(root.path, [whole.directory, stopped.directory]);
  assert.ok(appended.ok);
  assert.equal(appended.value.appended, whole.summary.alive_agents);
  assert.equal(poolWord(stopped, root.path).verdict, "PASS");
});

test("a run that nobody survived leaves an empty pool, and that is right", () => {
  using root = temporaryRoot();
  const spec = eventfulRun();
  const run = landRun(root.path, { ...spec, config: { ...spec.config, max_reboots: 0 } });
  assert.deepEqual([run.summary.end, run.summary.alive_agents], ["extinction", 0]);
  assert.ok(appendRunsToPool(root.path, [run.directory]).ok);
  assert.equal(poolWord(run, root.path).verdict, "PASS");
});

test("a line missing, altered, doubled or invented is found", () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  assert.ok(appendRunsToPool(root.path, [run.directory]).ok);
  const pool = join(root.path, "pools/stage1/pool.jsonl");
  const text = readFileSync(pool, "utf8");
  const first = text.slice(0, text.indexOf("\n") + 1);
  const findingsOf = (changed: string): readonly string[] => {
    writeFileSync(pool, changed);
    return poolWord(run, root.path).codes;
  };
  assert.deepEqual(findingsOf(text.slice(first.length)), ["pool_line_missing"]);
  assert.deepEqual(findingsOf(text.replace('"survived":true', '"survived":true ')), [
    "pool_line_differs",
  ]);
  assert.deepEqual(findingsOf(text + first), ["pool_line_unknown"]);
  const invented = first.replace(/:a\d{6}/, ":a000999");
  assert.deepEqual(findingsOf(text + invented), ["pool_line_unknown"]);
  writeFileSync(pool, text);
  appendFileSync(pool, "torn");
  assert.deepEqual(poolWord(run, root.path).codes, ["line_unfinished"]);
});
