import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { verifyRun } from "#evidence";
import { type RunClock, runVenue } from "#execution";
import { type Bench, must, openBench, ran, swap } from "./run-venue-bench.ts";
import { document, lines } from "./run-venue-reading.ts";

const order = "/api/v5/trade/order";
const byMarket = { instId: swap, tdMode: "cross", side: "buy", ordType: "market" };

/** A clock that stops the process, as far as a test can, while orders of the second tick rest. */
function cutOff({ clock, venue }: Bench, at: number): RunClock {
  let waits = 0;
  return {
    ...clock,
    async waitUntil(ms, signal) {
      waits += venue.oracle.acceptedCount() > 0 ? 1 : 0;
      if (waits >= at) throw new Error("the power is gone");
      await clock.waitUntil(ms, signal);
    },
  };
}

/** Thin books, so that orders rest; an order whose answer never came is under way. */
function openThinBench(): Bench {
  const bench = openBench();
  must(bench.venue.faults.add({ match: {}, fault: { kind: "partial_fill", max_sz: "1" } }));
  const post = { endpoint: "POST /api/v5/trade/order", nth: 3 };
  must(bench.venue.faults.add({ match: post, fault: { kind: "drop_answer" } }));
  return bench;
}

for (const at of [1, 2, 4]) {
  test(`a run cut off at wait ${at} is ended by the next one, which then runs`, async () => {
    await using bench = openThinBench();
    const dying = bench.request({}, { clock: cutOff(bench, at) });
    await assert.rejects(runVenue(dying), /the power is gone/);
    const [left = ""] = readdirSync(join(bench.root, "runs"));
    const before = join(bench.root, "runs", left);
    assert.equal(document(before, "run_manifest.json")["status"], "running");
    const { directory, verdict, reasons, endedFirst } = await ran(
      bench.request({ ticks: 2 }, { nonce: "00000002" }),
    );
    assert.deepEqual([verdict, reasons], ["PASS", []]);
    assert.deepEqual(
      endedFirst.map(({ runId, how }) => [runId, how]),
      [[left, "ended"]],
    );
    assert.equal(document(before, "run_manifest.json")["status"], "interrupted");
    assert.equal(existsSync(join(before, "SHA256SUMS")), true);
    // Every order of the first has an end, and its own files say which.
    const sent = lines(before, "order_attempts.jsonl").filter(
      ({ operation }) => operation === "place",
    );
    const names = new Set(sent.map(({ client_order_id: name }) => name));
    const ends = lines(before, "order_status_samples.jsonl").filter(({ state }) =>
      ["filled", "canceled", "rejected"].includes(String(state)),
    );
    const ended = new Set(ends.map(({ clOrdId }) => clOrdId));
    assert.deepEqual(ended, names);
    const [told] = lines(directory, "errors.jsonl");
    assert.equal(told?.["reason_code"], "unfinished_run_ended");
    assert.match(String(told?.["detail"]), new RegExp(`^${left}: ${names.size} orders`));
    const { verdict: whole } = must(verifyRun(before, { root: bench.root }));
    assert.equal(whole, "PASS");
  });
}

test("a run whose orders cannot be found out about keeps the next one from beginning", async () => {
  await using bench = openThinBench();
  await assert.rejects(runVenue(bench.request({}, { clock: cutOff(bench, 2) })));
  const [left = ""] = readdirSync(join(bench.root, "runs"));
  const attempts = join(bench.root, "runs", left, "order_attempts.jsonl");
  writeFileSync(attempts, "{}\n");
  const accepted = bench.venue.oracle.acceptedCount();
  const next = await runVenue(bench.request({ ticks: 2 }, { nonce: "00000002" }));
  assert.equal(next.ok ? "ran" : next.fault.code, "recorded_damaged");
  assert.equal(bench.venue.oracle.acceptedCount(), accepted);
  assert.equal(readdirSync(join(bench.root, "runs")).length, 1);
});

test("one run at a time is at work on an account", async () => {
  await using bench = openBench();
  const [one, two] = await Promise.all([
    runVenue(bench.request({ ticks: 2 })),
    runVenue(bench.request({ ticks: 2 }, { nonce: "00000002" })),
  ]);
  const codes = [one, two].map((result) => (result.ok ? "ran" : result.fault.code));
  assert.deepEqual(codes.toSorted(), ["account_busy", "ran"]);
});

test("a run that died before it was flat, with others at work since, is given up", async () => {
  await using bench = openBench();
  // The answer to the order that flattens never comes, so that the run has to ask and wait.
  const post = { endpoint: "POST /api/v5/trade/order", nth: 2 };
  must(bench.venue.faults.add({ match: post, fault: { kind: "drop_request" } }));
  const bought = { ...byMarket, sz: "3" };
  await bench.byHand(order, bought);
  await assert.rejects(runVenue(bench.request({}, { clock: cutOff(bench, 3) })));
  const [left = ""] = readdirSync(join(bench.root, "runs"));
  const before = join(bench.root, "runs", left);
  assert.equal(existsSync(join(before, "startup_preflight.json")), false);
  bench.venue.clock.advanceTo(bench.venue.clock.nowMs() + 5000);
  await bench.byHand(order, bought);
  const next = await ran(bench.request({ ticks: 2 }, { nonce: "00000002" }));
  assert.equal(next.verdict, "PASS");
  assert.equal(document(before, "run_manifest.json")["status"], "aborted");
  const [told] = lines(next.directory, "errors.jsonl");
  assert.equal(told?.["reason_code"], "unfinished_run_given_up");
});
