import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "#venues";
import { anOrder, must, openBench, swap, type VenueBench, ways } from "./okx-venue-bench.ts";

type Told = Readonly<{ kind: string; code: string; executed: boolean }>;

/** A fault of the plan on placing an order, what the client may know, and what happened. */
const faults: readonly (readonly [what: string, fault: object, told: Told])[] = [
  [
    "a request that never arrives",
    { kind: "drop_request" },
    { kind: "unknown", code: "connection_error", executed: false },
  ],
  [
    "an answer that never arrives",
    { kind: "drop_answer" },
    { kind: "unknown", code: "connection_error", executed: true },
  ],
  [
    "an answer that comes too late",
    { kind: "latency", ms: 600, when: "after" },
    { kind: "unknown", code: "timeout", executed: true },
  ],
  [
    "a server error before the order was taken",
    { kind: "http_5xx", status: 502, when: "before" },
    { kind: "unknown", code: "http_5xx", executed: false },
  ],
  [
    "a server error after the order was taken",
    { kind: "http_5xx", status: 500, when: "after" },
    { kind: "unknown", code: "http_5xx", executed: true },
  ],
  [
    "a gateway that speaks no JSON",
    { kind: "http_5xx", status: 504, when: "after" },
    { kind: "unknown", code: "http_5xx", executed: true },
  ],
  [
    "too many requests",
    { kind: "http_429" },
    { kind: "refused", code: "rate_limited", executed: false },
  ],
  ["maintenance", { kind: "maintenance" }, { kind: "unknown", code: "http_5xx", executed: false }],
];

for (const way of ways) {
  for (const [what, fault, told] of faults) {
    test(`${way}: ${what} is told as what it is, and a query tells the truth`, async () => {
      await using bench = await openBench(way);
      arm(bench, { endpoint: "POST /api/v5/trade/order", nth: 1 }, fault);
      const answer = await bench.place(anOrder({ clOrdId: "doubt1" }));
      assert.deepEqual(failureOf(answer), [told.kind, told.code], JSON.stringify(answer));
      assert.equal(firedOnce(bench), true, "the fault struck exactly once");
      assert.equal(bench.venue.oracle.acceptedCount(), told.executed ? 1 : 0, "sent once at most");

      const truth = await bench.client.order(swap, { clOrdId: "doubt1" });
      if (told.executed) assert.equal(truth.ok && truth.value.state, "live");
      else assert.deepEqual(failureOf(truth), ["refused", "order_not_found"]);
    });
  }

  test(`${way}: positions that read as none are an answer like any other`, async () => {
    await using bench = await openBench(way);
    const order = { clOrdId: "open1", ordType: "market", px: null, sz: "0.1" } as const;
    assert.ok((await bench.place(anOrder(order))).ok);
    arm(bench, { endpoint: "GET /api/v5/account/positions", nth: 1 }, { kind: "empty_positions" });
    const empty = await bench.client.positions(swap);
    assert.ok(empty.ok && empty.value.length === 0);
    assert.equal(firedOnce(bench), true);
    const real = await bench.client.positions(swap);
    assert.ok(real.ok);
    assert.equal(real.value[0]?.pos, "0.1");
  });

  test(`${way}: a clock that is off is a refusal to sign with, not a doubt`, async () => {
    await using bench = await openBench(way);
    arm(bench, {}, { kind: "clock_skew", ms: 120_000 });
    const answer = await bench.client.balance("USDT");
    assert.deepEqual(failureOf(answer), ["refused", "timestamp_invalid"]);
  });
}

function arm({ venue }: VenueBench, match: object, fault: object): void {
  must(venue.faults.load({ schema_version: "venue-faults/1", rules: [{ match, fault }] }));
}

function firedOnce({ venue }: VenueBench): boolean {
  return venue.faults.counts().reduce((sum, rule) => sum + rule.fired, 0) === 1;
}

function failureOf(answer: Answer<unknown>): readonly string[] {
  return answer.ok ? ["ok"] : [answer.failure.kind, answer.failure.code];
}
