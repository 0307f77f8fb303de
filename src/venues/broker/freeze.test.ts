import assert from "node:assert/strict";
import { after, test } from "node:test";
import { anIntent, type BenchSpec, type BrokerBench, brokerBench } from "#support";

const benches: BrokerBench[] = [];
after(() => {
  for (const bench of benches) bench.remove();
});

async function aBench(spec: BenchSpec = {}): Promise<BrokerBench> {
  const bench = await brokerBench(spec);
  benches.push(bench);
  return bench;
}

const reasonOf = ({ broker }: BrokerBench): string | null => broker.frozen()?.reason ?? null;

test("evidence that cannot be written keeps the order home, or freezes after it", async () => {
  // Appends of one order: sending, call, outcome.
  for (const [failsAfter, arrives] of [
    [0, 0],
    [1, 1],
    [2, 1],
  ] as const) {
    const bench = await aBench({ world: { sinkFailsAfter: failsAfter } });
    const outcome = await bench.broker.place(anIntent());
    assert.equal(bench.venue.arrivals.length, arrives, `fails after ${failsAfter}`);
    assert.equal(reasonOf(bench), "missing_critical_evidence");
    if (arrives === 0) assert.equal(outcome.reasonCode, "evidence_not_durable");
    const next = await bench.broker.place(anIntent());
    assert.equal(next.classification, "L1_EXECUTION_FROZEN");
    assert.equal(bench.venue.arrivals.length, arrives);
    if (arrives === 0) continue;
    const { clientOrderId } = outcome.order ?? { clientOrderId: "" };
    const cancelled = await bench.broker.cancel({ ...anIntent(), kind: "cancel", clientOrderId });
    assert.equal(cancelled?.order?.state, "canceled", "cancels go out all the same");
  }
});

test("an account that the exchange restricts freezes with the answer as its evidence", async () => {
  const bench = await aBench();
  bench.venue.script("place", { code: "50113" });
  const { classification } = await bench.broker.place(anIntent());
  assert.equal(classification, "L1_ACCOUNT_RESTRICTED");
  const [event] = bench.lines("reconciliation_freeze_events");
  assert.equal(event?.freeze_reason_code, "account_restricted");
  assert.equal(event?.evidence_refs[0]?.file, "exchange_api_calls.jsonl");
  assert.equal(event?.evidence_refs[0]?.line_start, 1);
});

test("an order that has no end in time freezes; one that is known to rest does not", async () => {
  const bench = await aBench({ limits: { orderOverdueMs: 30_000 } });
  const { order } = await bench.broker.place(anIntent());
  for (let minute = 0; minute < 5; minute += 1) {
    await bench.time.sleep(20_000);
    await bench.broker.followUp();
  }
  assert.equal(reasonOf(bench), null);
  bench.venue.script("order", "timeout_before", "timeout_before");
  await bench.time.sleep(29_000);
  await bench.broker.followUp();
  assert.equal(reasonOf(bench), null);
  await bench.time.sleep(2000);
  await bench.broker.followUp();
  assert.equal(reasonOf(bench), "p2_overdue");
  // The event points at the look that came to nothing.
  const [event] = bench.lines("reconciliation_freeze_events");
  const looks = bench.lines("order_status_samples").length;
  assert.deepEqual(
    event?.evidence_refs.map(({ file, line_end: line }) => [file, line]),
    [["order_status_samples.jsonl", looks]],
  );
  assert.match(bench.broker.frozen()?.detail ?? "", new RegExp(order?.clientOrderId ?? "?"));
});

test("an exchange that contradicts itself freezes, and the sample says so", async () => {
  for (const change of [
    { accFillSz: "0.2", state: "partially_filled" },
    { accFillSz: "1.5", state: "partially_filled" },
    { ordId: "1" },
  ] as const) {
    const bench = await aBench();
    const { order } = await bench.broker.place(anIntent());
    const id = order?.clientOrderId ?? "";
    bench.venue.fill(id, "0.5", "partially_filled");
    await bench.broker.followUp();
    assert.equal(reasonOf(bench), null);
    bench.venue.forge(id, change);
    await bench.broker.followUp();
    assert.equal(reasonOf(bench), "truth_profile_degraded", JSON.stringify(change));
  }
});

test("a freeze is told once, holds, and every refusal names it, after a restart too", async () => {
  const bench = await aBench();
  await bench.broker.place(anIntent());
  await bench.broker.freeze("unexplained_balance_delta", "1.5 USDT", { tick: 4, refs: [] });
  await bench.broker.freeze("p2_overdue", "later", { tick: 5, refs: [] });
  assert.equal(bench.lines("reconciliation_freeze_events").length, 1);
  const later = await bench.restart();
  for (const { broker } of [bench, later]) {
    const section = broker.freezeSection();
    assert.deepEqual(
      [section.status, section.freeze_reason_code],
      ["frozen", "unexplained_balance_delta"],
    );
    assert.equal(section.freeze_ts_utc, bench.lines("reconciliation_freeze_events")[0]?.ts_utc);
  }
  await later.broker.place(anIntent());
  const refusal = later.lines("order_attempts").at(-1);
  assert.deepEqual(refusal?.freeze, {
    freeze_id: "fz00000001",
    freeze_reason_code: "unexplained_balance_delta",
  });
});

test("pushes are samples too, and what is older than what is known is passed over", async () => {
  const bench = await aBench();
  const { order } = await bench.broker.place(anIntent());
  const id = order?.clientOrderId ?? "";
  bench.venue.fill(id, "0.5", "partially_filled");
  const half = bench.venue.rowOf(id);
  assert.ok(half !== null);
  await bench.broker.observe(half);
  await bench.broker.observe({ ...half, accFillSz: "0.1" });
  await bench.broker.observe({ ...half, clOrdId: "somebodyelse" });
  await bench.broker.observe({ ...half, accFillSz: "1", state: "filled" });
  await bench.broker.observe({ ...half, accFillSz: "0.9" });
  const seen = bench.lines("order_status_samples").map((line) => `${line.source} ${line.state}`);
  assert.deepEqual(seen, ["ws_update partially_filled", "ws_update filled"]);
  assert.equal(reasonOf(bench), null);
});
