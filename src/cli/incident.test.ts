import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
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
import process from "node:process";
import { Writable } from "node:stream";
import { test } from "node:test";
import { keysPlace, makeDevelopmentKeys, openRunSealer } from "#evidence";
import { landRun, temporaryRoot } from "#support";
import { runCli } from "./program.ts";

type Ran = Readonly<{ code: number; out: string; err: string }>;

/** Runs of these tests are not signed unless a test says with which keys. */
function assay(...args: readonly string[]): Promise<Ran> {
  const isAsked = args[0] !== "open" && args[0] !== "close";
  const trust = isAsked || args.includes("--keys") ? [] : ["--integrity-only"];
  return run(...args, ...trust);
}

async function run(...args: readonly string[]): Promise<Ran> {
  const [out, err] = [collector(), collector()];
  const streams = { stdout: out.stream, stderr: err.stream };
  const code = await runCli(["incident", ...args], streams, { version: "0.0.0", image: null });
  return { code, out: out.text(), err: err.text() };
}

function collector(): Readonly<{ stream: Writable; text: () => string }> {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done): void {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}

const about = [
  ...["--title", "Agents without an anchor", "--impact", "No clustering"],
  ...["--severity", "high", "--type", "Observability gap"],
];

async function opened(root: string, ...more: readonly string[]): Promise<string> {
  const directory = join(root, "runs_hf");
  const run = existsSync(directory) ? (readdirSync(directory)[0] ?? "") : landRun(root).run_id;
  const args = ["open", "--root", root, "--run", run, ...about, ...more, "--json"];
  const ran = await assay(...args);
  assert.equal(ran.code, 0, ran.out);
  return JSON.parse(ran.out).incident;
}

/** One clear line, and nothing on standard output. */
function assertRefused({ code, out, err }: Ran, expected: number, pattern: RegExp): void {
  assert.equal(code, expected, err);
  assert.equal(out, "");
  assert.match(err, pattern);
  assert.equal(err.trimEnd().split("\n").length, 1);
}

test("an incident lives from its opening to the run that closes it", async () => {
  using root = temporaryRoot();
  const { run_id } = landRun(root.path);
  const at = ["--root", root.path];
  const claim = ["--claim", "roster_join", "--criterion", "claim:roster_join=PASS"];
  const text = ["--criterion", "Seen by two people"];
  const open = await assay("open", ...at, "--run", run_id, ...about, ...claim, ...text);
  assert.equal(open.code, 0, open.err);
  const [, id = ""] = /^opened {4}(INC_\d{8}T\d{6}Z_[0-9a-f]{8}) {2}high/.exec(open.out) ?? [];
  assert.match(open.out, /\nmissing {3}0 required files\ncriterion 1 {2}claim:roster_join=PASS\n/);
  assert.match(open.err, /^next: assay incident fix INC_/);

  const cause = ["--section", "root-cause", "--text", "No clause\nrequired it", "--by", "grace"];
  assert.equal((await assay("note", id, ...at, ...cause)).code, 0);
  const fix = await assay("fix", id.slice(-8), ...at, "--commit", "10bdcfb", "--text", "Land it");
  assert.match(fix.out, /^fix added to INC_\w+ as entry 2; head [0-9a-f]{64}\n$/);

  const refused = await assay("close", id, ...at, "--run", run_id);
  assert.equal(refused.code, 1);
  assert.match(refused.out, /\nreason .*\[same_run\]\n/);
  assert.match(refused.out, /\nREFUSED {2}INC_/);

  landRun(root.path, { seed: 2, nowMillis: () => Date.now() });
  const confirm = ["--confirm", "2", "--evidence", "minutes of the meeting"];
  const closed = await assay("close", id, ...at, "--run", "latest", ...confirm);
  assert.equal(closed.code, 0, closed.out);
  assert.match(closed.out, /\nCLOSED {2}INC_/);

  const listed = await assay("ls", ...at);
  assert.match(listed.out, /\nINC_\w+ {2}closed {2}high {12}5 {2}HF_\w+ {2}Agents without/);
  const shown = await assay("show", id, ...at);
  assert.equal(shown.code, 0);
  assert.equal(shown.out, readFileSync(join(root.path, "incidents", id, "INCIDENT.md"), "utf8"));
  assert.match(shown.out, /\n> No clause\n> required it\n/);
  assert.match(shown.err, /^sound: 5 entries in one chain, 10 files of the bundle\n$/);
  assert.equal((await assay("close", id, ...at, "--run", "latest", ...confirm)).code, 1);
});

test("who sealed the closing run is judged by a policy; without one nothing closes", async () => {
  using folder = temporaryRoot();
  const root = join(folder.path, "root");
  const keys = ["--keys", join(folder.path, "keys")];
  const none = ["--keys", join(folder.path, "none")];
  const id = await opened(root, "--criterion", "claim:roster_join=PASS", ...keys);
  const { directory, run_id } = landRun(root, { seed: 2, nowMillis: () => Date.now() });
  const close = (...more: readonly string[]): Promise<Ran> =>
    assay("close", id, "--root", root, "--run", run_id, ...more);

  const unsigned = await close(...none);
  assert.equal(unsigned.code, 1);
  assert.match(unsigned.out, /NOT_MEASURABLE: authenticity: not_signed \[run_not_verified\]/);
  assert.match(unsigned.err, /say whom to trust with --policy or --keys, or .*--integrity-only/);

  seal(directory, join(folder.path, "keys"), root);
  assert.match((await close(...none)).out, /authenticity: no_policy and 1 more \[run_not_verified/);
  const stranger = await close(...none, "--policy", join(folder.path, "nowhere.json"));
  assertRefused(stranger, 2, /policy_missing\]\n$/);
  const other = join(folder.path, "other");
  seal(null, other, root);
  const distrusted = await close("--keys", other);
  assert.equal(distrusted.code, 1);
  assert.match(distrusted.out, /assay verify says FAIL: authenticity/);
  const closed = await close(...keys);
  assert.equal(closed.code, 0, closed.out);
  const shown = await assay("show", id, "--root", root);
  assert.match(shown.out, /\n- assay verify: \*\*PASS\*\* .*\n- authenticity: PASS\n/);
});

test("a closure by integrity alone says so in the record", async () => {
  using root = temporaryRoot();
  const id = await opened(root.path, "--claim", "sums");
  landRun(root.path, { seed: 2, nowMillis: () => Date.now() });
  const closed = await assay("close", id, "--root", root.path, "--run", "latest");
  assert.equal(closed.code, 0, closed.out);
  assert.match(closed.err, /^integrity only: who sealed the run was not looked at\n$/m);
  const shown = await assay("show", id, "--root", root.path);
  assert.match(shown.out, /\n- authenticity: NOT_APPLICABLE: integrity_only\n/);
});

/** Makes the keys, and signs a run with them. */
function seal(directory: string | null, keys: string, root: string): void {
  const place = keysPlace(keys, root);
  assert.ok(place.ok && makeDevelopmentKeys(place.value, Date.now()).ok);
  if (directory === null) return;
  const sealer = openRunSealer(place.value, root, { nowMillis: () => Date.now() });
  assert.ok(sealer.ok && sealer.value?.seal(directory, basename(directory)).ok);
}

test("with --json every verb says one record, its failures too", async () => {
  using root = temporaryRoot();
  const at = ["--root", root.path, "--json"];
  const id = await opened(root.path, "--claim", "sums");
  const record = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
    const { out, err } = await assay(...args, ...at);
    assert.equal(err, "");
    assert.equal(out.trimEnd().split("\n").length, 1);
    return JSON.parse(out);
  };
  assert.equal((await record("note", id, "--text", "x"))["type"], "note");
  assert.equal((await record("fix", id, "--commit", "0123abc", "--text", "x"))["entries"], 3);
  const refused = await record("close", id, "--run", "latest");
  assert.deepEqual([refused["type"], refused["status"]], ["close_refused", "open"]);
  assert.equal((await record("ls"))["problem"], null);
  const shown = await record("show", id);
  assert.deepEqual([shown["ok"], shown["document"], shown["findings"]], [true, "current", []]);
  assert.equal((shown["record"] as readonly unknown[]).length, 4);
  assert.equal((await record("show", "ffffffff"))["code"], "incident_unknown");
});

test("a wrong command line is one line with exit 2 and leaves nothing behind", async () => {
  using root = temporaryRoot();
  const { run_id } = landRun(root.path);
  const at = ["--root", root.path];
  const open = ["open", ...at, "--run", run_id, ...about];
  assertRefused(await assay("open", ...at, "--run", run_id), 2, /required option '--title <text>'/);
  assertRefused(await assay(...open, "--severity", "worst"), 2, /Allowed choices are high, medium/);
  assertRefused(await assay(...open, "--claim", "summs"), 2, /it has sums, .*claim_unknown\]\n$/);
  assertRefused(
    await assay(...open, "--criterion", "artifact:/etc"),
    2,
    /criterion_malformed\]\n$/,
  );
  assertRefused(await assay(...open.with(4, "HF_ffff")), 2, /run_missing\]\n$/);
  assertRefused(await assay("note", "INC_2026", ...at, "--text", "x"), 2, /incident_unknown\]\n$/);
  assert.ok(!existsSync(join(root.path, "incidents")));

  const id = await opened(root.path, "--criterion", "a text");
  const close = ["close", id, ...at, "--run", run_id];
  assertRefused(await assay(...close, "--confirm", "1"), 2, /1 --confirm, 0 --evidence/);
  assertRefused(await assay(...close, "--confirm", "x", "--evidence", "y"), 2, /--confirm "x"/);
  assertRefused(await assay("show", id, ...at, "--head", "abc"), 2, /expected 64 hex digits/);
  const wrongCommit = ["fix", id, ...at, "--commit", "main", "--text", "x"];
  assertRefused(await assay(...wrongCommit), 2, /commit_malformed\]\n$/);
  await opened(root.path, "--criterion", "a text");
  assertRefused(await assay("show", id.slice(0, 8), ...at), 2, /may mean INC_\w+ or INC_\w+; /);
});

test("what was tampered with is a finding of show and ls, and nothing is added to it", async () => {
  using root = temporaryRoot();
  const at = ["--root", root.path];
  const id = await opened(root.path, "--claim", "sums");
  const folder = join(root.path, "incidents", id);
  const record = join(folder, "record.jsonl");
  const original = readFileSync(record, "utf8");

  writeFileSync(record, original.replace("No clustering", "No trouble at all"));
  const shown = await assay("show", id, ...at);
  assert.equal(shown.code, 1);
  assert.match(shown.out, /\nFINDING {2}record\.jsonl: entry 0 is not the one .*replaced\]\n$/);
  assert.match((await assay("ls", ...at)).out, /DAMAGED .*record_replaced\]\n$/);
  assertRefused(await assay("note", id, ...at, "--text", "x"), 1, /incident_damaged\]\n$/);
  writeFileSync(record, original);

  const document = join(folder, "INCIDENT.md");
  const text = readFileSync(document, "utf8");
  writeFileSync(document, text.replace("high", "low"));
  assert.match((await assay("show", id, ...at)).out, /FINDING {2}INCIDENT\.md: .*altered\]\n$/);
  assertRefused(await assay("note", id, ...at, "--text", "x"), 1, /move it away .*_damaged\]\n$/);
  rmSync(document);
  const renewed = await assay("show", id, ...at);
  assert.match(renewed.err, /INCIDENT\.md was behind the record and has been written anew\n$/);
  assert.equal(readFileSync(document, "utf8"), text);
});

test("links, pipes and folders in the place of files end in a line, never in a wait", async () => {
  using root = temporaryRoot();
  const at = ["--root", root.path];
  const id = await opened(root.path, "--claim", "sums");
  const folder = join(root.path, "incidents", id);
  for (const name of ["record.jsonl", "INCIDENT.md"]) {
    const path = join(folder, name);
    const bytes = readFileSync(path);
    const impostors = [
      () => symlinkSync("/etc/hostname", path),
      () => assert.equal(spawnSync("mkfifo", [path]).status, 0),
      () => mkdirSync(path),
    ];
    for (const put of impostors) {
      rmSync(path);
      put();
      assertRefused(await assay("show", id, ...at), 2, /store_not_regular\]\n$/);
      assertRefused(await assay("note", id, ...at, "--text", "x"), 2, /store_not_regular\]\n$/);
      assert.equal((await assay("ls", ...at)).code, 1);
      rmSync(path, { recursive: true });
      writeFileSync(path, bytes);
    }
  }
  rmSync(join(folder, "record.jsonl"));
  assert.match(
    (await assay("show", id, ...at)).out,
    /^FINDING .*holds no entry \[record_empty\]\n$/,
  );
  rmSync(folder, { recursive: true });
  symlinkSync(root.path, folder);
  assertRefused(await assay("show", id, ...at), 2, /incident_unknown\]\n$/);
});

test("several processes that write at once each get their entry", async () => {
  using root = temporaryRoot();
  const id = await opened(root.path, "--claim", "sums");
  const main = join(import.meta.dirname, "main.ts");
  const codes = await Promise.all(
    ["1", "2", "3", "4"].map((text) => {
      const args = [main, "incident", "note", id, "--root", root.path, "--text", text];
      const child = spawn(process.execPath, args, { stdio: "ignore" });
      return new Promise((resolve) => child.on("close", resolve));
    }),
  );
  assert.deepEqual(codes, [0, 0, 0, 0]);
  const shown = await assay("show", id, "--root", root.path, "--json");
  assert.equal(shown.code, 0, shown.out);
  assert.equal(JSON.parse(shown.out).entries, 5);
});

test("a reader without the right to write sees the incident all the same", async (t) => {
  if (process.getuid?.() === 0) {
    t.diagnostic("root may write everywhere: only the reading is tested");
  }
  using root = temporaryRoot();
  const id = await opened(root.path, "--claim", "sums");
  const folder = join(root.path, "incidents", id);
  rmSync(join(folder, "INCIDENT.md"));
  chmodSync(folder, 0o555);
  const shown = await assay("show", id, "--root", root.path);
  chmodSync(folder, 0o755);
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.out, /^# Incident: Agents without an anchor/);
});
