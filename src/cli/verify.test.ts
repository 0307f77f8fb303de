import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { sealVenueRun, type Verdict } from "#evidence";
import {
  copyRun,
  editDocument,
  editFile,
  editRecord,
  eventfulRun,
  landRun,
  landVenueRun,
  resealRun,
  temporaryRoot,
} from "#support";
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

/** Runs of these tests are not signed, and no keys of the machine are looked at. */
function verify(...args: readonly string[]): Promise<Said> {
  return assay("verify", ...args, "--integrity-only");
}

test("who sealed an unsigned run is not measurable: exit 3, with the ways out", async () => {
  using root = temporaryRoot();
  using keys = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const place = ["--root", root.path, "--keys", join(keys.path, "none")];
  const said = await assay("verify", run.run_id, ...place);
  assert.equal(said.code, 3, said.err);
  assert.match(said.out, /authenticity +NOT_MEASURABLE +0 +not_signed/);
  assert.match(said.out, /assay keys new run-seal.*--integrity-only/);
  const asked = await assay("verify", run.run_id, ...place, "--policy", join(keys.path, "none"));
  assert.equal(asked.code, 2);
  assert.match(asked.err, /^assay: no such trust policy .*\[policy_missing\]\n$/);
  const whole = await verify(run.run_id, "--root", root.path);
  assert.match(whole.err, /^integrity only: /);
});

test("verify says PASS in a table, lands its verdict beside the runs and exits 0", async () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const said = await verify(run.run_id.slice(0, 9), "--root", root.path);
  assert.equal(said.code, 0, said.err);
  assert.match(said.out, /roster_join +PASS +\d+/);
  assert.match(said.out, new RegExp(`^PASS +${run.run_id}`, "m"));
  const verdict = join(root.path, "verdicts", run.run_id, "verdict.integrity_only.json");
  const text = readFileSync(verdict, "utf8");
  assert.equal((JSON.parse(text) as { verdict: string }).verdict, "PASS");
});

test("a finding is named with file, line, field, code, and what to do; exit 1", async () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const copy = copyRun(run.directory, join(root.path, "copy"));
  editRecord(copy, "death_events.jsonl", 2, (record) => {
    record["settled_to_reserve_micro"] = 1;
  });
  const said = await verify(copy);
  assert.equal(said.code, 1);
  const line = /death_events\.jsonl line 3 settled_to_reserve_micro: .+ \[death_inconsistent\]/;
  assert.match(said.out, line);
  assert.match(said.out, /to do: /);
  assert.match(said.out, /^FAIL/m);
  // A run looked at in a foreign place leaves nothing in the default root.
  assert.doesNotMatch(said.err, /verdict /);
});

test("an unsealed run is exit 3, a missing one exit 2, each in one clear line", async () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const copy = copyRun(run.directory, join(root.path, "copy"));
  rmSync(join(copy, "SHA256SUMS"));
  const unsealed = await verify(copy);
  assert.equal(unsealed.code, 3);
  assert.match(unsealed.out, /not sealed/);
  const missing = await verify("HF_ffffffffffffffff", "--root", root.path);
  assert.equal(missing.code, 2);
  assert.match(missing.err, /^assay: [^\n]+assay runs ls --root [^\n]+\n$/);
});

test("--json is one line with every claim and finding", async () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const said = await verify(run.directory, "--json");
  assert.equal(said.out.trimEnd().split("\n").length, 1);
  const verdict = JSON.parse(said.out) as { type: string; claims: object[]; verdict: string };
  assert.deepEqual([verdict.type, verdict.verdict], ["verdict", "PASS"]);
  assert.ok(verdict.claims.length > 25);
});

test("a run at a venue is judged by its orders in the same verdict, which is kept", async () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path);
  const name = basename(directory);
  const unsealed = await verify(name.slice(0, 10), "--root", root.path);
  assert.equal(unsealed.code, 3);
  assert.match(unsealed.out, /not sealed: .*assay run --recover RUN ends/);
  assert.ok(sealVenueRun(directory, null).ok);
  const said = await verify("latest", "--root", root.path);
  assert.equal(said.code, 0, said.out);
  assert.match(said.out, /step33_fills_bills_join +PASS +\d+/);
  assert.match(said.out, /sums +PASS +\d+/);
  assert.match(said.out, new RegExp(`^PASS +${name}`, "m"));
  const kept = join(root.path, "verdicts", name, "verdict.integrity_only.json");
  const { tier, mode, claims } = JSON.parse(readFileSync(kept, "utf8")) as Verdict;
  assert.deepEqual([tier, mode], ["tier2_full", "okx_demo"]);
  const { clause } = claims.find(({ id }) => id === "step88_p3_fills") ?? { clause: null };
  assert.equal(clause, "docs/contracts/orders.md#p3");
  const json = await verify(name, "--root", root.path, "--json");
  assert.deepEqual((JSON.parse(json.out) as Verdict).claims, claims);
});

test("what is wrong or unknown about orders is told with file, code and what to do", async () => {
  using root = temporaryRoot();
  const directory = landVenueRun(root.path, { audited: false });
  editFile(directory, "order_attempts.jsonl", (text) => text.replace('"seq":1,', '"seq":7,'));
  assert.ok(sealVenueRun(directory, null).ok);
  const copy = copyRun(directory, join(root.path, "elsewhere", basename(directory)));
  const said = await verify(copy);
  assert.equal(said.code, 1);
  const wrong = /order_attempts\.jsonl line 2 seq: 7, not 1 \[stream_seq_broken\]\n/;
  assert.match(said.out, wrong);
  const unknown = / {2}fills\.jsonl: is not there, and nothing owes it \[audit_not_executed\]\n/;
  assert.match(said.out, unknown);
  assert.match(said.out, /to do: Look for the writer that lost, repeated or moved a line/);
  assert.match(said.out, /to do: Run the auditor over the run and declare its scope\./);
  assert.match(said.out, /tier_contract +PASS/);
  assert.doesNotMatch(said.err, /verdict /);
});

test("show puts a run on one screen, from the start to the fences", async () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const said = await assay("show", run.directory);
  assert.equal(said.code, 0, said.err);
  for (const part of [
    `run        ${run.run_id}`,
    "equity     ",
    "survivors  6",
    "liquidated",
    "% administrative",
    "lineages   ",
    "fence_liquidation",
    "survival   extinction after",
  ]) {
    assert.ok(said.out.includes(part), part);
  }
});

test("show --json holds summary, equity and lineages; an unreadable run is exit 2", async () => {
  using root = temporaryRoot();
  const run = landRun(root.path, eventfulRun());
  const said = await assay("show", run.directory, "--json", "--top", "2");
  const overview = JSON.parse(said.out) as { lineages: object[]; equity: object[] };
  assert.ok(overview.lineages.length <= 2 && overview.equity.length > 2);
  const copy = copyRun(run.directory, join(root.path, "copy"));
  rmSync(join(copy, "multiple_experiments_summary.json"));
  const broken = await assay("show", copy);
  assert.equal(broken.code, 2);
  assert.match(broken.err, /^assay: [^\n]+\n$/);
});

test("a run of an older version of Assay is told so, and what can be done with it", async () => {
  using root = temporaryRoot();
  const { directory } = landRun(root.path, eventfulRun());
  editDocument(directory, "gating_telemetry.json", (telemetry) => {
    telemetry["schema_version"] = "gating_telemetry/1";
    delete telemetry["steps"];
  });
  resealRun(directory);
  const said = await verify(directory);
  assert.equal(said.code, 1);
  const line = /gating_telemetry\.json schema_version: is gating_telemetry\/1, of an older version/;
  assert.match(said.out, line);
  assert.match(said.out, /to do: .*verify it with the version of Assay that made it.*run its seed/);
  assert.doesNotMatch(said.out, /steps: Invalid/);
  const shown = await assay("show", directory);
  assert.equal(shown.code, 2);
  assert.match(shown.err, /^assay: cannot be read: is gating_telemetry\/1, of an older version/);
});
