import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openRosterFile, openVenue, type SimulatedVenue } from "#simulator";
import { runCli } from "../../src/cli/program.ts";
import { assay, type Ended, ended, makeFolder, startAssay } from "./assay.ts";
import { must, snapshotIn } from "./run-venue-bench.ts";
import { lines } from "./run-venue-reading.ts";

/** A root with a snapshot, and a venue of its own on a port, an hour in a minute. */
type Site = Readonly<{
  root: string;
  venue: SimulatedVenue;
  args: (...more: readonly string[]) => readonly string[];
  env: Readonly<Record<string, string>>;
  runs: () => readonly string[];
}>;

async function openSite(): Promise<Site> {
  const root = makeFolder();
  const { roster } = must(openRosterFile(join(root, "venue", "keys.json"), "demo"));
  const clock = { kind: "accelerated", factor: 60 } as const;
  const venue = must(openVenue({ roster, seed: 11, clock }));
  after(() => venue.close());
  const { restUrl } = must(await venue.listen({ host: "127.0.0.1", port: 0 }));
  const { id } = snapshotIn(root);
  const switchFile = join(root, "EXECUTION_HALTED");
  writeFileSync(switchFile, "off\n");
  const base = ["run", "--root", root, "--genomes", id, "--venue", restUrl, "--json"];
  const keys = ["--keys", join(makeFolder(), "keys"), "--max-market-age", "120"];
  return {
    root,
    venue,
    args: (...more) => [...base, ...keys, ...more],
    env: { EXECUTION_HALTED_FILE: switchFile },
    runs: () => readdirSync(join(root, "runs")).map((name) => join(root, "runs", name)),
  };
}

const demo = ["--mode", "okx_demo", "--max-agents", "24", "--min-agents", "20"];

/** What the command said in its last line. */
function saidLast({ stdout }: Ended): Readonly<Record<string, unknown>> {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as Record<string, unknown>;
}

test("assay run trades on a venue over HTTP, signs, and every request is on record", async () => {
  const { venue, args, env } = await openSite();
  const run = await assay(
    args(...demo, "--ticks", "3", "--one-shot-tick", "2", "--shutdown-flatten", "--dev-keys"),
    { env },
  );
  assert.equal(run.code, 0, run.stderr + run.stdout);
  const { directory, ...said } = saidLast(run);
  const { status, verdict, signed } = said;
  assert.deepEqual([status, verdict, signed], ["completed", "PASS", true]);
  assert.ok(typeof directory === "string");
  const asked = Object.values(venue.counters.read().requests).reduce((sum, n) => sum + n, 0);
  assert.equal(lines(directory, "exchange_api_calls.jsonl").length, asked);
  assert.match(run.stderr, /"type":"progress","label":"run","unit":"ticks"/);
});

test("Ctrl-C ends a run in order, and a killed one is ended by the next", async () => {
  const { args, env, runs, venue } = await openSite();
  const stopped = startAssay(args(...demo, "--ticks", "500"), { env });
  const end = ended(stopped);
  await until(() => venue.oracle.acceptedCount() > 0);
  stopped.kill("SIGINT");
  const interrupted = await end;
  assert.equal(interrupted.code, 130, interrupted.stderr);
  assert.equal(saidLast(interrupted)["status"], "interrupted");
  const [first = ""] = runs();
  assert.ok(existsSync(join(first, "SHA256SUMS")));

  const before = venue.oracle.acceptedCount();
  const killed = startAssay(args(...demo, "--ticks", "500"), { env });
  const gone = ended(killed);
  await until(() => venue.oracle.acceptedCount() > before + 3);
  killed.kill("SIGKILL");
  await gone;
  const next = await assay(args(...demo, "--ticks", "1"), { env });
  assert.equal(next.code, 0, next.stderr + next.stdout);
  const { directory } = saidLast(next);
  assert.match(
    readFileSync(join(String(directory), "errors.jsonl"), "utf8"),
    /unfinished_run_ended/,
  );
  assert.ok(runs().every((run) => existsSync(join(run, "SHA256SUMS"))));
});

test("what may not run says why in one line, and the venue hears nothing", async () => {
  const { args, env, root, venue } = await openSite();
  const halted = join(root, "halted");
  writeFileSync(halted, "1\n");
  const calls: readonly (readonly [number, string, readonly string[], typeof env])[] = [
    [4, "not_armed", ["--mode", "okx_live"], env],
    [2, "offline_without_stage_2", ["--mode", "offline"], env],
    [2, "option_malformed", ["--mode", "paper"], env],
    [4, "execution_halted", demo, { EXECUTION_HALTED_FILE: halted }],
    [4, "execution_halted", demo, { ...env, EXECUTION_HALTED: "1" }],
    [2, "option_malformed", [...demo, "--stp", "off"], env],
    [2, "bar_unknown", [...demo, "--bar", "7m"], env],
    [2, "count_malformed", [...demo, "--ticks", "0"], env],
    [2, "keys_unreadable", [...demo, "--venue-keys", join(root, "nothing.json")], env],
    [2, "keys_invalid", [...demo, "--account", "nobody"], env],
    [5, "venue_unreachable", [...demo, "--venue", "http://127.0.0.1:9"], env],
    [2, "option_malformed", [...demo, "--venue", "http://me:secret@127.0.0.1:9"], env],
    [2, "snapshot_missing", [...demo, "--genomes", "0123456789abcdef"], env],
  ];
  for (const [code, name, more, variables] of calls) {
    const { code: exit, text } = await runHere(args(...more), variables);
    assert.equal(exit, code, `${name}: ${text}`);
    assert.match(text, new RegExp(`^\\{"type":"fault","code":"${name}"[^\n]*\n$`));
  }
  assert.deepEqual(venue.counters.read().requests, {});
  assert.equal(existsSync(join(root, "runs")), false);
  // Whoever was refused by a switch that was never set up has latched nothing.
  assert.equal(existsSync(join(root, "halt")), false);
});

/** In this process: a refusal starts nothing. */
async function runHere(
  args: readonly string[],
  switches: Readonly<Record<string, string>>,
): Promise<Readonly<{ code: number; text: string }>> {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const streams = { stdout: stream, stderr: stream };
  const code = await runCli(args, streams, { version: "0.0.0", image: null, switches });
  return { code, text };
}

async function until(isSo: () => boolean): Promise<void> {
  const from = performance.now();
  while (!isSo()) {
    assert.ok(performance.now() - from < 30_000, "waited in vain");
    await sleep(20);
  }
}
