import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { sealVenueRun } from "#evidence";
import { editDocument, editFile, landVenueRun, temporaryRoot } from "#support";
import { runCli } from "./program.ts";

type Said = Readonly<{ code: number; out: string; err: string }>;

/** One command line, in this process. */
async function assay(...args: readonly string[]): Promise<Said> {
  const heard = { out: "", err: "" };
  const into = (key: "out" | "err"): Writable =>
    new Writable({
      write(chunk, _encoding, done): void {
        heard[key] += String(chunk);
        done();
      },
    });
  const streams = { stdout: into("out"), stderr: into("err") };
  const code = await runCli(args, streams, { version: "0.0.0", image: null });
  return { code, ...heard };
}

test("show tells a run at a venue on one screen: who traded where, orders, levels", async () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path);
  assert.ok(sealVenueRun(directory, null).ok);
  const { code, out, err } = await assay("show", "latest", "--root", root.path);
  assert.deepEqual([code, err], [0, ""]);
  for (const line of [
    new RegExp(`^run +${basename(directory)} +completed \\(ticks_done\\), not signed$`, "m"),
    /^mode +okx_demo, tier2_full: 6 ticks of 60 s from 2026-01-05T00:00:00\.000Z, 6m 00s$/m,
    /^venue +okx BTC-USDT-SWAP at http:\/\/venue\.invalid, library direct$/m,
    /^account +net_mode, cross, leverage 3; self trades: forbid, cancel_maker$/m,
    /^capital +10,000 to 10,000 USDT \(\+0\.00 %\), of it 9,700 in reserve$/m,
    /^agents +4, 3 alive at the end, 0 with profit$/m,
    /^filled +2 +1$/m,
    /^rejected +1 +0$/m,
    /^in all +7 +2$/m,
    /^refused +by fence_rate_limiter_block_order 1, fence_execution_freeze 1$/m,
    /^fills +5; fees -1\.785759 USDT, funding_fee -0\.0625 USDT$/m,
    /^flatten +done: 1 position, 1 order \(positions_closed\)$/m,
    /^freeze +FROZEN for unexplained_balance_delta since 2026-01-05T00:05:00/m,
    /^positions +BTC-USDT-SWAP 2 at the start, BTC-USDT-SWAP -0\.5 at the end/m,
    /^often +fence_i_positions_empty_fallback acted on 50\.0 %/m,
    /^P0 attempts +PASS +\d+$/m,
    /^P5 auditor +PASS +\d+$/m,
    /^orders +PASS by 30 claims, judged now; assay verify looks at its seal as well$/m,
  ]) {
    assert.match(out, line);
  }
  const json = await assay("show", directory, "--json");
  assert.equal(json.out.trimEnd().split("\n").length, 1);
  const told = JSON.parse(json.out) as { type: string; levels: object[]; verdict: string };
  assert.deepEqual([told.type, told.levels.length, told.verdict], ["venue_run", 6, "PASS"]);
});

test("show tells what a run lacks, and why a level does not pass", async () => {
  using root = temporaryRoot();
  const quiet = { audited: false, frozen: false, tier: "tier1_hf" } as const;
  const { code, out } = await assay("show", landVenueRun(root.path, quiet));
  assert.equal(code, 0);
  assert.match(out, /NOT SEALED$/m);
  assert.match(out, /^fills +unknown: nobody audited the run$/m);
  assert.match(out, /^freeze +never$/m);
  assert.match(out, /^positions +unknown at the start/m);
  assert.match(out, /^best .*, fills unknown$/m);
  assert.match(out, /^P3 fills +NOT_MEASURABLE +\d+ +audit_not_executed$/m);
  assert.match(out, /^orders +NOT_MEASURABLE by 30 claims, judged now; it is not sealed$/m);
  assert.match(out, /^ +and \d+ more$/m);

  const directory = landVenueRun(root.path);
  rmSync(join(directory, "multiple_experiments_summary.json"));
  editFile(directory, "order_attempts.jsonl", (text) => text.replace('"seq":1,', '"seq":7,'));
  const broken = await assay("show", directory);
  assert.equal(broken.code, 0);
  assert.match(broken.out, /^capital +no summary: the run did not get so far$/m);
  assert.match(broken.out, /^orders +FAIL by 30 claims/m);
});

test("show calls no account flat whose positions could not be looked at", async () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path);
  editDocument(directory, "positions_snapshot.json", (document) => {
    document["positions_quality"] = "unknown";
    const [start, end] = document["snapshots"] as [object, object];
    document["snapshots"] = [start, { ...end, positions: [] }];
  });
  const { out } = await assay("show", directory);
  assert.match(out, /^positions +BTC-USDT-SWAP 2 at the start, unknown at the end/m);
});

test("a manifest that cannot be shown is told in one line: where, and what to do", async () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path);
  editDocument(directory, "run_manifest.json", (manifest) => {
    manifest["exchange_lib"] = "smoke_signals";
  });
  const wrong = await assay("show", directory);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /^assay: cannot be read: exchange_lib .*; assay verify tells more \(/);
  assert.match(wrong.err, /run_manifest\.json\) \[run_file_invalid\]\n$/);
  for (const text of ["", "[]\n", "{\n", "\u0000"]) {
    writeFileSync(join(directory, "run_manifest.json"), text);
    const said = await assay("show", directory);
    assert.deepEqual([said.code, said.out], [2, ""], JSON.stringify(text));
    assert.equal(said.err.trimEnd().split("\n").length, 1);
  }
});

test("a run at a venue cannot be replayed, and who asks hears what there is instead", async () => {
  using root = temporaryRoot();
  for (const tier of ["tier2_full", "tier1_hf"] as const) {
    const directory = landVenueRun(root.path, { tier });
    const said = await assay("replay", directory);
    assert.deepEqual([said.code, said.out], [2, ""]);
    assert.match(said.err, /^assay: a venue run cannot be re-executed: its market is not ours; /);
    assert.match(said.err, /assay verify judges its records \(.*\) \[replay_of_venue_run\]\n$/);
  }
});
