import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { appendRunsToPool, takeSnapshot } from "#evidence";
import { openRosterFile } from "#simulator";
import { landRun } from "#support";
import { runCli } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-run-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const root = join(folder, "root");
const off = join(folder, "off");
const halted = join(folder, "halted");
writeFileSync(off, "off\n");
writeFileSync(halted, "1\n");
const snapshot = snapshotOf(landRun(root, { config: { population: 5, max_agents: 9 } }).directory);
assert.ok(openRosterFile(join(root, "venue", "keys.json"), "demo").ok);

const allowed = { EXECUTION_HALTED_FILE: off };
/** Nobody listens there, so whoever asks a venue ends with venue_unreachable. */
const nowhere = "http://127.0.0.1:8";

const demo = ["--mode", "okx_demo"];
const offline = ["--mode", "offline"];

const refusals: readonly (readonly [
  exit: number,
  code: string,
  args: readonly string[],
  switches?: Readonly<Record<string, string>>,
])[] = [
  [4, "not_armed", ["--mode", "okx_live"]],
  [4, "not_armed", ["--mode", "okx_live", "--ticks", "none", "--genomes", "nothing"]],
  [2, "option_missing", offline],
  [2, "option_unfit", [...offline, "--dataset", "x", "--library", "ccxt"]],
  [2, "option_unfit", [...offline, "--dataset", "x", "--venue", "http://127.0.0.1:8"]],
  [2, "option_unfit", [...offline, "--dataset", "x", "--account", "main"]],
  [2, "option_unfit", [...offline, "--recover", "AUDIT_0123456789abcdef"]],
  [2, "count_malformed", [...offline, "--dataset", "x", "--seed", "one"]],
  [2, "dataset_missing", [...offline, "--dataset", "nothing"]],
  [2, "option_unfit", [...demo, "--dataset", "x"]],
  [2, "option_malformed", ["--mode", "paper"]],
  [4, "execution_halted", demo, { EXECUTION_HALTED_FILE: halted }],
  [4, "execution_halted", demo, { EXECUTION_HALTED_FILE: join(folder, "nothing") }],
  [4, "execution_halted", demo, { ...allowed, EXECUTION_HALTED: "1" }],
  [2, "option_malformed", [...demo, "--stp", "off"]],
  [2, "option_malformed", [...demo, "--library", "own"]],
  [2, "option_malformed", [...demo, "--order-style", "iceberg"]],
  [2, "option_malformed", [...demo, "--one-shot-tick", "2", "--one-shot-action", "hold"]],
  [2, "bar_unknown", [...demo, "--bar", "7m"]],
  [2, "count_malformed", [...demo, "--ticks", "0"]],
  [2, "ratio_malformed", [...demo, "--allocation-ratio", "most"]],
  [2, "seconds_malformed", [...demo, "--poll", "soon"]],
  [2, "keys_unreadable", [...demo, "--venue-keys", join(folder, "nothing.json")]],
  [2, "keys_exposed", [...demo, "--venue-keys", exposed()]],
  [2, "keys_invalid", [...demo, "--account", "nobody"]],
  [2, "keys_invalid", [...demo, "--venue-keys", keysFile("{}")]],
  [2, "option_malformed", [...demo, "--venue", "http://me:secret@127.0.0.1:8"]],
  [2, "option_malformed", [...demo, "--venue", "ftp://127.0.0.1"]],
  [2, "snapshot_missing", [...demo, "--genomes", "0123456789abcdef"]],
  [2, "run_missing", [...demo, "--counterfactual", "AUDIT_0123456789abcdef"]],
  [5, "venue_unreachable", demo],
  [5, "venue_unreachable", [...demo, "--venue-keys", keysFile(ownKeys())]],
];

test("a STOP file and an absent venue are refused with what to do about it", async () => {
  writeFileSync(join(root, "STOP"), "");
  const stopped = await assayRun(demo, allowed);
  rmSync(join(root, "STOP"));
  assert.equal(stopped.end, 4);
  assert.match(stopped.text, /remove it when runs may start again \(.*STOP\) \[stop_present\]\n$/);
  const alone = await assayRun(demo, allowed);
  assert.match(alone.text, /; start it with assay venue, or say with --venue where it is \(/);
});

test("what may not run says why in one line, and leaves nothing behind", async () => {
  for (const [exit, code, args, switches] of refusals) {
    const { end, text } = await assayRun(args, switches ?? allowed);
    assert.equal(end, exit, `${args.join(" ")}: ${text}`);
    assert.match(text, new RegExp(`^assay: [^\\n]* \\[${code}\\]\\n$`));
    assert.doesNotMatch(text, /secret/);
  }
  assert.equal(existsSync(join(root, "runs")), false);
  // A switch that was never set up has halted nothing, so nothing has to be released.
  assert.equal(existsSync(join(root, "halt")), false);
});

test("without a mode or genomes there is nothing to do", async () => {
  const unsaid = await command(["run", "--genomes", snapshot], allowed);
  assert.equal(unsaid.end, 2);
  assert.match(unsaid.text, /^assay: required option '--mode [^\n]*\[usage\]\n$/);
  const empty = await command(["run", ...demo, "--root", root], allowed);
  assert.equal(empty.end, 2);
  assert.match(empty.text, /^assay: give --genomes [^\n]*\[option_missing\]\n$/);
});

type Ended = Readonly<{ end: number; text: string }>;

function assayRun(
  args: readonly string[],
  switches: Readonly<Record<string, string>>,
): Promise<Ended> {
  const genomes = args.includes("--genomes") ? [] : ["--genomes", snapshot];
  const hasVenue = args.includes("--venue") || args.includes("offline");
  const venue = hasVenue ? [] : ["--venue", nowhere];
  const keys = ["--keys", join(folder, "keys"), "--root", root];
  return command(["run", ...args, ...genomes, ...venue, ...keys], switches);
}

async function command(
  args: readonly string[],
  switches: Readonly<Record<string, string>>,
): Promise<Ended> {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const streams = { stdout: stream, stderr: stream };
  const end = await runCli(args, streams, { version: "0.0.0", image: null, switches });
  return { end, text };
}

function snapshotOf(directory: string): string {
  assert.ok(appendRunsToPool(root, [directory]).ok);
  const trust = { policy: null, key: null, memory: null };
  const taken = takeSnapshot(root, { rule: [], note: null, trust, nowMs: 0 });
  assert.ok(taken.ok && taken.value.state !== "refused");
  return taken.value.id;
}

function exposed(): string {
  const path = join(folder, "exposed.json");
  writeFileSync(path, ownKeys(), { mode: 0o644 });
  return path;
}

function keysFile(text: string): string {
  const path = join(folder, `keys-${text.length}.json`);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function ownKeys(): string {
  const key = { api_key: "a", secret_key: "b", passphrase: "c" };
  return JSON.stringify({ schema_version: "account-keys/1", trader: key, auditor: key });
}
