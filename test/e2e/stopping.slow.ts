import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  assay,
  type Ended,
  ended,
  endless,
  makeFolder,
  manifestOf,
  runsOf,
  startAssay,
} from "./assay.ts";

const folder = makeFolder();
const longCampaign = ["evolve", ...endless, "--seed-list", "1,2,3", "--workers", "1"];

test("Ctrl-C seals a record that verifies and replays, outside the pool", async () => {
  const root = join(folder, "interrupt");
  const child = startAssay([...longCampaign, "--root", root]);
  const run = await endedAfter(child, root, () => child.kill("SIGINT"));
  assert.equal(run.code, 130, run.stderr);
  const [directory = "", ...others] = runsOf(root);
  assert.deepEqual(others, [], "no further seed was started");
  const manifest = manifestOf(directory);
  assert.equal(manifest["status"], "interrupted");
  assert.equal(manifest["stop_reason"], "interrupt");
  assert.ok(Number(manifest["stopped_after_tick"]) > 0);
  assert.match(run.stdout, /1 interrupted, 2 not started/);

  const replay = await assay(["replay", directory, "--json"]);
  assert.equal(replay.code, 0, replay.stdout + replay.stderr);
  const verdict = JSON.parse(replay.stdout) as Record<string, unknown>;
  assert.equal(verdict["ticks"], manifest["stopped_after_tick"]);
  assert.ok(Number(verdict["files"]) >= 12);
  const verified = await assay(["verify", directory, "--integrity-only"]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  assert.equal(existsSync(join(root, "pools", "stage1", "pool.jsonl")), false);
});

test("SIGTERM stops like the first Ctrl-C", async () => {
  const root = join(folder, "terminate");
  const child = startAssay([...longCampaign, "--root", root]);
  const run = await endedAfter(child, root, () => child.kill("SIGTERM"));
  assert.equal(run.code, 130, run.stderr);
  assert.equal(manifestOf(runsOf(root)[0] ?? "")["stop_reason"], "terminate");
});

test("a second Ctrl-C leaves at once, and what was begun stays without a seal", async () => {
  const root = join(folder, "twice");
  // A crowd makes the way to the next chunk border long enough for a second signal.
  const crowd = ["--population", "8000", "--seasons", "200x1000", "--leverage", "0.02"];
  const child = startAssay(["evolve", ...crowd, "--seeds", "1", "--root", root]);
  const run = await endedAfter(child, root, () => {
    child.kill("SIGINT");
    child.kill("SIGTERM");
  });
  assert.equal(run.code, 130, run.stderr);
  const [directory = ""] = runsOf(root);
  assert.equal(existsSync(join(directory, "SHA256SUMS")), false);
});

test("a STOP file is honoured within a second, and refuses the next start", async () => {
  const root = join(folder, "stop");
  const child = startAssay([...longCampaign, "--root", root]);
  let asked = 0;
  const run = await endedAfter(child, root, () => {
    asked = performance.now();
    writeFileSync(join(root, "STOP"), "");
  });
  // The poll takes a quarter of a second at most; the rest is landing and leaving.
  assert.ok(performance.now() - asked < 3000);
  assert.equal(run.code, 4, run.stderr);
  assert.equal(manifestOf(runsOf(root)[0] ?? "")["stop_reason"], "stop_file");

  const refused = await assay(["evolve", "--root", root]);
  assert.equal(refused.code, 4);
  assert.match(refused.stderr, /^assay: the STOP file is present; .* \[stop_present\]\n$/);
});

test("a STOP switch that cannot be read refuses the start, and nothing is written", async () => {
  const root = join(folder, "unreadable");
  mkdirSync(root);
  writeFileSync(join(folder, "no-directory"), "");
  const refused = await assay(["evolve", "--root", join(folder, "no-directory")]);
  assert.equal(refused.code, 2);
  mkdirSync(join(root, "STOP"));
  const blocked = await assay(["evolve", "--root", root]);
  assert.equal(blocked.code, 4);
  assert.equal(existsSync(join(root, "runs_hf")), false);
});

test("a run at work is neither run over nor set aside by another process", async () => {
  const root = join(folder, "at-work");
  const args = ["evolve", ...endless, "--seeds", "1", "--root", root];
  const child = startAssay(args);
  let second: Ended | null = null;
  const first = await endedAfter(child, root, async () => {
    second = await assay([...args, "--set-aside"]);
    child.kill("SIGINT");
  });
  assert.equal(first.code, 130, first.stderr);
  assert.equal(existsSync(join(root, "incidents")), false);
  const told = second as Ended | null;
  assert.equal(told?.code, 2);
  assert.match(told?.stderr ?? "", new RegExp(`process ${child.pid} is at work on this run; `));
  const verify = await assay(["verify", "latest", "--root", root, "--integrity-only"]);
  assert.equal(verify.code, 0, verify.stdout + verify.stderr);
});

test("an interrupted run is not run over; set aside, it is run again", async () => {
  const root = join(folder, "aside");
  const args = ["evolve", ...endless, "--seeds", "1"];
  const child = startAssay([...args, "--root", root]);
  await endedAfter(child, root, () => child.kill("SIGINT"));
  const blocked = await assay([...args, "--root", root]);
  assert.equal(blocked.code, 2);
  assert.match(blocked.stderr, /run_exists_incomplete/);

  const again = startAssay([...args, "--root", root, "--set-aside"]);
  const run = await endedAfter(again, root, () => again.kill("SIGINT"));
  assert.match(run.stderr, /set aside: .*incidents\/set_aside\/1\/HF_[0-9a-f]{16}$/m);
  const aside = /set aside: (.*)/.exec(run.stderr)?.[1] ?? "";
  const replay = await assay(["replay", aside, "--root", root]);
  assert.equal(replay.code, 0, replay.stdout + replay.stderr);
  const verify = await assay(["verify", aside, "--root", root, "--integrity-only"]);
  assert.equal(verify.code, 0, verify.stdout + verify.stderr);
});

/** Waits until a run has landed some evidence, acts, and waits for the end. */
async function endedAfter(child: ChildProcess, root: string, act: () => unknown): Promise<Ended> {
  const end = ended(child);
  const deadline = performance.now() + 20_000;
  while (!isUnderWay(root) && performance.now() < deadline) await sleep(20);
  await sleep(100);
  await act();
  return end;
}

function isUnderWay(root: string): boolean {
  if (!existsSync(join(root, "runs_hf"))) return false;
  return runsOf(root).some((directory) => {
    return (
      existsSync(join(directory, "seasons.jsonl")) && !existsSync(join(directory, "SHA256SUMS"))
    );
  });
}
