import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openRosterFile, openVenue, type SimulatedVenue } from "#simulator";
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
  const keys = ["--keys", join(makeFolder(), "keys"), "--max-market-age", "600"];
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

test("a port that no HTTP client asks is told with what to do, before there is a run", async () => {
  const { root, args, env } = await openSite();
  const told = await assay(args(...demo, "--venue", "http://127.0.0.1:9"), { env });
  assert.equal(told.code, 2, told.stdout + told.stderr);
  assert.match(told.stdout, /port 9 is one that HTTP clients never ask; start assay venue with /);
  assert.ok(!existsSync(join(root, "runs")));
});

test("capital that no agent can have is one line with both numbers, and no run", async () => {
  const { root, args, env } = await openSite();
  const poor = await assay(args(...demo, "--capital-per-agent", "1000000"), { env });
  assert.equal(poor.code, 2, poor.stdout + poor.stderr);
  assert.match(
    poor.stdout,
    /equity of 100000 makes 0 of at least 20 agents: .* equity of 25000000 /,
  );
  assert.ok(!existsSync(join(root, "runs")));
});

async function until(isSo: () => boolean): Promise<void> {
  const from = performance.now();
  while (!isSo()) {
    assert.ok(performance.now() - from < 30_000, "waited in vain");
    await sleep(20);
  }
}
