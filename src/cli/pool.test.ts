import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import * as evidence from "#evidence";
import { landRun } from "#support";
import { runCli } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-pool-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const root = join(folder, "root");
const keys = join(folder, "keys");
const empty = join(folder, "empty");
mkdirSync(empty);
const pool = join(root, "pools", "stage1", "pool.jsonl");
const small = { population: 5, max_agents: 9 };
const runs = [1, 2].map((seed) => landRun(root, { seed, config: small }).directory);
const appended = evidence.appendRunsToPool(root, runs);
assert.ok(appended.ok);
const { records } = appended.value;

test("a pool without keys works, and verifies to not measurable", async () => {
  const listed = await assay("ls");
  assert.equal(listed.code, 0);
  assert.match(listed.out, new RegExp(`^pool {9}stage1 .*\\nrecords {6}${records} of `));
  assert.match(listed.out, /\nwindow {2,}dataset .*\nall {2,}d{16} {2}2022-01-01 /);

  const verdict = await assay("verify", "--keys", keys);
  assert.equal(verdict.code, 3);
  assert.match(verdict.out, /\nNOT_MEASURABLE {2}pool stage1 {2}records \d+, checkpoints 0/);
  const frozen = await assay("snapshot", "--keys", keys, "--json");
  assert.equal(frozen.code, 0);
  const { state, id, is_signed } = JSON.parse(frozen.out);
  assert.deepEqual([state, is_signed], ["written", false]);
  const same = await assay("diff", id, "pool", "--keys", keys);
  assert.equal(same.code, 0);
  assert.match(same.out, /genomes: 0 added, 0 removed, 0 changed, \d+ equal\n$/);
  const alone = await assay("verify", id, "--integrity-only", "--keys", keys);
  assert.match(alone.out, /^PASS {2}snapshot [0-9a-f]{16} .*\n {2}authenticity: integrity_only\n$/);
});

test("with a pool key everything is signed, and the pool passes", async () => {
  const made = await assayKeys("new", "pool");
  assert.equal(made.code, 0, made.err);
  const again = await assay("snapshot", "--keys", keys);
  assert.match(again.out, /^snapshot was there already: [0-9a-f]{16} .*\n.*\n {2}signed with/);
  const verdict = await assay("verify", "--keys", keys, "--json");
  assert.equal(verdict.code, 0);
  const { type, signed_records, unsigned_snapshots } = JSON.parse(verdict.out);
  assert.deepEqual([type, signed_records, unsigned_snapshots], ["pool_verdict", records, 0]);
});

test("a tampered pool exits 1 with the line, and gives no snapshot", async () => {
  const broken = join(folder, "broken");
  cpSync(root, broken, { recursive: true });
  const path = join(broken, "pools", "stage1", "pool.jsonl");
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  writeFileSync(path, `${lines.toSpliced(1, 1).join("\n")}\n`);
  const verdict = await assay("verify", "--root", broken, "--keys", keys);
  assert.equal(verdict.code, 1);
  assert.match(verdict.out, /\[pool_record_missing\]\n/);
  assert.match(verdict.out, /checkpoint signs \d+ \[pool_rolled_back\]\n/);
  assert.match(verdict.out, /\nFAIL {2}pool stage1/);
  const refused = await assay("snapshot", "--root", broken, "--keys", join(folder, "none"));
  assert.equal(refused.code, 1);
  assert.match(refused.err, /no snapshot was taken/);
  const [id = ""] = snapshotIds(broken);
  const lost = await assay("diff", id, "pool", "--root", broken, "--keys", keys, "--json");
  assert.equal(lost.code, 1);
  assert.match(lost.out, /"code":"pool_record_removed"/);
});

test("what cannot be read is one line and exit 2", async () => {
  const [id = ""] = snapshotIds(root);
  const calls: readonly (readonly [code: string, args: readonly string[]])[] = [
    ["snapshot_is_live_pool", ["verify", pool]],
    ["snapshot_missing", ["verify", "0123456789abcdef"]],
    ["snapshot_not_snapshot", ["diff", id, join(folder, "other.jsonl")]],
    ["diff_two_pools", ["diff", "pool", "pool"]],
    ["snapshot_filter_malformed", ["snapshot", "--filter", "weight=1"]],
    ["snapshot_filter_malformed", ["snapshot", "--filter", "seed=1", "--filter", "seed=1"]],
    ["snapshot_note_malformed", ["snapshot", "--note", "a\nb"]],
    ["snapshot_empty", ["snapshot", "--filter", "window=other"]],
    ["policy_missing", ["verify", "--policy", join(folder, "nobody.json")]],
    ["keys_inside_root", ["verify", "--keys", join(root, "keys")]],
    ["root_unreadable", ["ls", "--root", join(folder, "nowhere")]],
    ["pool_missing", ["verify", "--root", empty]],
  ];
  for (const [code, args] of calls) {
    const called = await assay(
      ...args,
      ...(args.includes("--keys") || args[0] === "ls" ? [] : ["--keys", keys]),
    );
    assert.equal(called.code, 2, code);
    assert.equal(called.out, "");
    assert.match(called.err, new RegExp(`^assay: [^\\n]*\\[${code}\\]\\n$`));
  }
});

test("a torn tail is said to be healed by the next append", async () => {
  const torn = join(folder, "torn");
  cpSync(root, torn, { recursive: true });
  appendFileSync(join(torn, "pools", "stage1", "pool.jsonl"), '{"id":');
  const verdict = await assay("verify", "--root", torn, "--keys", keys);
  assert.equal(verdict.code, 1);
  assert.match(verdict.out, /to do: run a campaign of this root again/);
  assert.match((await assay("ls", "--root", torn)).out, /\ntorn {9}6 bytes/);
});

test("nothing beside the pool verbs reads the live pool through the evidence door", () => {
  const about = Object.keys(evidence).filter((name) => /pool|snapshot|filter/i.test(name));
  assert.deepEqual(about.toSorted(), [
    "appendRunsToPool",
    "diffPools",
    "filterFields",
    "filterText",
    "listPool",
    "loadPoolTrust",
    "openSnapshot",
    "parseFilter",
    "takeSnapshot",
    "verifyPool",
  ]);
  // Its verbs give counts, ids and findings; only a snapshot gives weights.
  for (const value of [
    evidence.listPool(root),
    evidence.diffPools(root, [snapshotIds(root)[0] ?? "", "pool"], null),
  ]) {
    assert.ok(value.ok);
    assert.doesNotMatch(JSON.stringify(value.value), /genome_vector/);
  }
  const layers = join(import.meta.dirname, "..");
  const readers = readdirSync(layers, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/\.(?:test|slow)\.ts$/.test(name))
    .filter((name) => readFileSync(join(layers, name), "utf8").includes("pool.jsonl"))
    .map((name) => name.split("/")[0]);
  assert.deepEqual(new Set(readers), new Set(["catalog", "evidence"]));
});

function snapshotIds(place: string): readonly string[] {
  return readdirSync(join(place, "pools", "stage1", "snapshots")).flatMap(
    (name) => /^snapshot_([0-9a-f]{16})\.jsonl$/.exec(name)?.[1] ?? [],
  );
}

function assay(...args: readonly string[]) {
  const [verb = "", ...rest] = args;
  return run("pool", verb, ...rest, ...(rest.includes("--root") ? [] : ["--root", root]));
}

function assayKeys(...args: readonly string[]) {
  return run("keys", ...args, "--keys", keys, "--root", root);
}

async function run(...args: readonly string[]) {
  const [stdout, stderr] = [collector(), collector()];
  const code = await runCli(args, { stdout, stderr }, { version: "0.0.0", image: null });
  return { code, out: stdout.text(), err: stderr.text() };
}

function collector(): Writable & { text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done): void {
      chunks.push(String(chunk));
      done();
    },
  });
  return Object.assign(stream, { text: () => chunks.join("") });
}
