import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { OrderAttempt } from "#evidence";
import { anIntent, type BenchSpec, type BrokerBench, brokerBench, type VenueFault } from "#support";
import type { WriteOutcome } from "./intent.ts";

const benches: BrokerBench[] = [];
after(() => {
  for (const bench of benches) bench.remove();
});

async function aBench(spec: BenchSpec = {}): Promise<BrokerBench> {
  const bench = await brokerBench(spec);
  benches.push(bench);
  return bench;
}

const statuses = (bench: BrokerBench): readonly string[] =>
  bench.lines("order_attempts").map(({ operation, status }) => `${operation} ${status}`);

test("an order is recorded before it leaves, then its call, then what became of it", async () => {
  const bench = await aBench();
  const outcome = await bench.broker.place(anIntent({ intentId: "open-1" }));
  assert.equal(outcome.status, "ok");
  assert.equal(outcome.order?.phase, "open");
  const [sending, told] = bench.lines("order_attempts");
  const [call] = bench.lines("exchange_api_calls");
  assert.ok(sending !== undefined && told !== undefined && call !== undefined);
  assert.deepEqual([sending.status, told.status], ["sending", "ok"]);
  assert.equal(sending.client_order_id, "assay1x0000000001");
  assert.equal(sending.connector_call?.call_id, call.call_id);
  assert.equal(call.attempt_id, sending.attempt_id);
  assert.equal(told.exchange_ids.ordId, call.ordId);
  assert.deepEqual(told.params, sending.params);
  assert.deepEqual(bench.broker.tickOrders(1), { sent: 1, acked: 1, failed: 0 });
});

test("an order is followed to its end, every look a line", async () => {
  const bench = await aBench();
  const { order } = await bench.broker.place(anIntent());
  const id = order?.clientOrderId ?? "";
  await bench.broker.followUp();
  bench.venue.fill(id, "0.4", "partially_filled");
  await bench.broker.followUp();
  bench.venue.fill(id, "1", "filled");
  const report = await bench.broker.followUp();
  assert.deepEqual(report, { looked: 1, ended: 1, unknown: 0, open: 0 });
  await bench.broker.followUp();
  const samples = bench.lines("order_status_samples");
  assert.deepEqual(
    samples.map(({ state, accFillSz }) => `${state} ${accFillSz}`),
    ["live 0", "partially_filled 0.4", "filled 1"],
  );
});

test("the same intent is the same order, at once and later", async () => {
  const bench = await aBench();
  const intent = anIntent();
  const both = await Promise.all([bench.broker.place(intent), bench.broker.place(intent)]);
  const again = await bench.broker.place({ ...intent });
  assert.equal(new Set([...both, again].map(({ order }) => order?.clientOrderId)).size, 1);
  assert.deepEqual(bench.venue.arrivals, ["assay1x0000000001"]);
});

/** What each fault of the answer to a place leads to. */
const faults: readonly (readonly [
  VenueFault,
  Readonly<{ status: WriteOutcome["status"]; reason: string | null; phase: string; state: string }>,
])[] = [
  [null, { status: "ok", reason: null, phase: "open", state: "null" }],
  ["timeout_after", { status: "error", reason: "timeout", phase: "open", state: "live" }],
  ["reset_after", { status: "error", reason: "connection_error", phase: "open", state: "live" }],
  ["http_503_after", { status: "error", reason: "http_5xx", phase: "open", state: "live" }],
  ["throws_after", { status: "error", reason: "request_exception", phase: "open", state: "live" }],
  ["late", { status: "error", reason: "timeout", phase: "unknown", state: "null" }],
  ["timeout_before", { status: "error", reason: "timeout", phase: "unknown", state: "null" }],
  [
    "reset_before",
    { status: "error", reason: "connection_error", phase: "unknown", state: "null" },
  ],
  ["http_503_before", { status: "error", reason: "http_5xx", phase: "unknown", state: "null" }],
  [
    "throws_before",
    { status: "error", reason: "request_exception", phase: "unknown", state: "null" },
  ],
  [
    { code: "51008" },
    { status: "rejected", reason: "insufficient_balance", phase: "ended", state: "rejected" },
  ],
  [
    { code: "51121" },
    { status: "rejected", reason: "lot_size_invalid", phase: "ended", state: "rejected" },
  ],
  [{ code: "50004" }, { status: "rejected", reason: "timeout", phase: "unknown", state: "null" }],
  [
    { code: "51016" },
    {
      status: "rejected",
      reason: "duplicate_client_order_id",
      phase: "unknown",
      state: "null",
    },
  ],
  [
    { code: "59999" },
    {
      status: "rejected",
      reason: "unknown_reason_code:59999",
      phase: "unknown",
      state: "null",
    },
  ],
];

test("whatever the answer is, the order is looked for and never sent again", async () => {
  for (const [fault, due] of faults) {
    const bench = await aBench();
    bench.venue.script("place", fault);
    const { status, reasonCode, order } = await bench.broker.place(anIntent());
    const got = { status, reason: reasonCode, phase: order?.phase, state: String(order?.state) };
    assert.deepEqual(got, due, JSON.stringify(fault));
    const places = bench.venue.calls.filter((name) => name === "place");
    assert.equal(places.length, 1, JSON.stringify(fault));
    assert.ok(bench.venue.arrivals.length <= 1);
    const [sending] = bench.lines("order_attempts");
    const outcomes = statuses(bench).filter((line) => !line.endsWith("sending"));
    assert.equal(outcomes.length, 1, `one outcome of ${sending?.attempt_id}`);
    if (due.phase !== "open" || due.status !== "ok") continue;
    assert.equal(bench.lines("order_status_samples").length, 0);
  }
});

test("an order that never arrived is absent once it could not arrive any more", async () => {
  const bench = await aBench();
  bench.venue.script("place", "timeout_before");
  const { order } = await bench.broker.place(anIntent());
  assert.equal(order?.phase, "unknown");
  await bench.time.sleep(2000);
  assert.equal((await bench.broker.followUp()).unknown, 1, "it may still be on its way");
  await bench.time.sleep(8000);
  assert.deepEqual(await bench.broker.followUp(), { looked: 1, ended: 1, unknown: 0, open: 0 });
  assert.equal(bench.broker.orders()[0]?.state, "absent");
});

test("an order that arrives late is found by the next follow-up", async () => {
  const bench = await aBench();
  bench.venue.script("place", "late");
  await bench.broker.place(anIntent());
  await bench.time.sleep(1500);
  assert.deepEqual(await bench.broker.followUp(), { looked: 1, ended: 0, unknown: 0, open: 1 });
});

test("what did not leave, or came too often, is tried again and is one order", async () => {
  for (const [fault, ids] of [
    ["not_sent", ["assay1x0000000001"]],
    ["rate_limited_429", ["assay1x0000000001"]],
    [{ code: "50011" }, ["assay1x0000000002"]],
    [{ code: "50061" }, ["assay1x0000000002"]],
  ] as const) {
    const bench = await aBench();
    bench.venue.script("place", fault);
    const { status, order } = await bench.broker.place(anIntent());
    assert.deepEqual([status, order?.phase], ["ok", "open"], JSON.stringify(fault));
    assert.deepEqual(bench.venue.arrivals, ids);
    const asked = bench.lines("order_attempts").filter((line) => line.status === "sending");
    assert.equal(asked.length, 2);
    assert.equal(new Set(asked.map((line) => line.intent_id)).size, 1);
  }
});

test("trying again has an end, and the outcome says why", async () => {
  const bench = await aBench();
  bench.venue.script("place", { code: "50011" }, { code: "50011" }, { code: "50011" });
  const { status, reasonCode, recommendedAction } = await bench.broker.place(anIntent());
  const got = [status, reasonCode, recommendedAction];
  assert.deepEqual(got, ["rejected", "rate_limited", "retry_with_backoff"]);
  assert.deepEqual(bench.venue.arrivals, []);
});

test("a query that fails leaves the order unknown and in full exposure", async () => {
  const bench = await aBench({ limits: { maxTotalNotional: "2" } });
  bench.venue.script("place", "timeout_after");
  bench.venue.script("order", "timeout_before", "throws_before", "timeout_before");
  const { order } = await bench.broker.place(anIntent({ order: { sz: "2" } }));
  assert.equal(order?.phase, "unknown");
  await bench.time.sleep(2500);
  const next = await bench.broker.place(anIntent({ order: { sz: "0.01" } }));
  assert.equal(next.reasonCode, "max_total_notional_exceeded");
  assert.equal((await bench.broker.followUp()).open, 1);
});

test("an amended order passes the gates again and is what the exchange says it is", async () => {
  const bench = await aBench({ limits: { maxOrderNotional: "3" } });
  const { order } = await bench.broker.place(anIntent());
  const clientOrderId = order?.clientOrderId ?? "";
  const amend = (newSz: string | null, newPx: string | null): Promise<WriteOutcome | null> =>
    bench.broker.amend({ ...anIntent(), kind: "amend", clientOrderId, newSz, newPx });
  const taken = await amend("2", "99");
  assert.deepEqual([taken?.status, taken?.order?.sz, taken?.order?.px], ["ok", "2", "99"]);
  const refused = await amend("4", null);
  assert.equal(refused?.fence, "fence_max_order_notional");
  bench.venue.script("amend", { code: "51509" });
  const rejected = await amend("3", null);
  assert.deepEqual([rejected?.status, rejected?.order?.sz], ["rejected", "2"]);
  bench.venue.script("amend", "timeout_after");
  const lost = await amend("3", null);
  assert.deepEqual([lost?.status, lost?.order?.sz], ["error", "3"], "the exchange made it 3");
  assert.equal(await bench.broker.amend({ ...anIntent(), ...none }), null);
  bench.world.word = "1";
  assert.equal((await amend("1", null))?.fence, "fence_kill_switch");
  assert.equal(bench.lines("order_attempts").filter(isReplace).length, 8);
});

const none = { clientOrderId: "assay1x9999999999", newSz: "1", newPx: null } as const;
const isReplace = ({ operation }: OrderAttempt): boolean => operation === "replace";

test("a cancel is sent until the end of the order is known, whatever its answers say", async () => {
  for (const fault of [
    null,
    "timeout_after",
    "timeout_before",
    "reset_after",
    "http_503_before",
    "throws_before",
    { code: "50011" },
    { code: "51410" },
  ] as const) {
    const bench = await aBench();
    const { order } = await bench.broker.place(anIntent());
    const clientOrderId = order?.clientOrderId ?? "";
    bench.venue.script("cancel", fault);
    const outcome = await bench.broker.cancel({ ...anIntent(), kind: "cancel", clientOrderId });
    assert.equal(outcome?.order?.state, "canceled", JSON.stringify(fault));
    assert.equal(bench.venue.rowOf(clientOrderId)?.state, "canceled");
  }
});

test("a fill that came before the cancel is learnt, and an ended order is left alone", async () => {
  const bench = await aBench();
  const { order } = await bench.broker.place(anIntent());
  const clientOrderId = order?.clientOrderId ?? "";
  bench.venue.fill(clientOrderId, "1", "filled");
  const intent = { ...anIntent(), kind: "cancel", clientOrderId };
  const late = await bench.broker.cancel(intent);
  assert.deepEqual([late?.status, late?.order?.state], ["rejected", "filled"]);
  const calls = bench.venue.calls.length;
  const again = await bench.broker.cancel(intent);
  assert.equal(again?.reasonCode, "order_already_ended");
  assert.equal(bench.venue.calls.length, calls);
  assert.equal(await bench.broker.cancel({ ...intent, clientOrderId: "other" }), null);
});

test("halted or frozen, nothing is placed, and everything can be cancelled", async () => {
  const bench = await aBench();
  const one = await bench.broker.place(anIntent());
  const two = await bench.broker.place(anIntent());
  bench.world.word = "HALT";
  const refused = await bench.broker.place(anIntent());
  assert.deepEqual([refused.fence, refused.reasonCode], ["fence_kill_switch", "switch_on"]);
  const clientOrderId = one.order?.clientOrderId ?? "";
  const cancelled = await bench.broker.cancel({ ...anIntent(), kind: "cancel", clientOrderId });
  assert.equal(cancelled?.order?.state, "canceled");
  await bench.broker.freeze("truth_profile_degraded", "a test", { tick: 1, refs: [] });
  bench.world.word = "0";
  const frozen = await bench.broker.place(anIntent());
  assert.equal(frozen.classification, "L1_EXECUTION_FROZEN");
  const owner = { type: "lifecycle", scope: "shutdown_flatten" } as const;
  const report = await bench.broker.cancelAll({ ...all, owner, others: false });
  assert.deepEqual([report.clear, report.own], [true, 1]);
  assert.equal(bench.venue.rowOf(two.order?.clientOrderId ?? "")?.state, "canceled");
});

const all = {
  kind: "cancel_all",
  tick: null,
  tickReason: "after_the_last_tick",
  intentPrefix: "end-",
  instIds: ["BTC-USDT-SWAP"],
} as const;

test("cancel-all clears what is not ours too when asked, algo orders included", async () => {
  const bench = await aBench();
  const owner = { type: "lifecycle", scope: "startup_flatten" } as const;
  bench.venue.rest({ clOrdId: "somebodyelse1" });
  bench.venue.rest({ clOrdId: null });
  bench.venue.algoIds.add("77");
  bench.venue.script("cancel", "timeout_before", { code: "50011" });
  bench.venue.script("open_orders", null, "timeout_before");
  const report = await bench.broker.cancelAll({ ...all, owner, others: true });
  assert.equal(report.clear, true);
  assert.equal(bench.venue.algoIds.size, 0);
  assert.deepEqual(statuses(bench), [], "attempts are of this run alone");
  const cancels = bench.lines("exchange_api_calls").filter(({ method }) => method === "POST");
  assert.ok(cancels.length >= 4, "the refused ones again");
  for (const { component, operation, attempt_id, ordId } of cancels) {
    assert.deepEqual([component, operation, attempt_id], ["preflight", "cancel", null]);
    assert.notEqual(ordId, null);
  }
  assert.equal(cancels.find(({ endpoint }) => endpoint.endsWith("algos"))?.ordId, "77");
  assert.ok(cancels.some(({ clOrdId }) => clOrdId === "somebodyelse1"));
  const bystander = await aBench();
  bystander.venue.rest({ clOrdId: "somebodyelse1" });
  const own = await bystander.broker.cancelAll({ ...all, owner, others: false });
  assert.deepEqual([own.clear, own.others], [true, 0]);
  assert.equal(bystander.venue.rowOf("somebodyelse1")?.state, "live");
});

test("an order of ours that ended and rests all the same is cancelled by an attempt", async () => {
  const bench = await aBench();
  const owner = { type: "lifecycle", scope: "shutdown_flatten" } as const;
  const { order } = await bench.broker.place(anIntent());
  const id = order?.clientOrderId ?? "";
  bench.venue.fill(id, "1", "filled");
  await bench.broker.followUp();
  bench.venue.rest({ ...bench.venue.rowOf(id), state: "live" });
  const report = await bench.broker.cancelAll({ ...all, owner, others: false });
  assert.deepEqual([report.clear, report.own, report.others], [true, 1, 0]);
  assert.deepEqual(statuses(bench).slice(-2), ["cancel sending", "cancel ok"]);
  assert.equal(bench.broker.frozen()?.reason, "truth_profile_degraded");
  assert.equal(bench.venue.rowOf(id)?.state, "canceled");
});

test("cancel-all says when it does not know what is left", async () => {
  const bench = await aBench();
  const owner = { type: "lifecycle", scope: "operator" } as const;
  bench.venue.script("open_orders", ...Array.from({ length: 70 }, () => "timeout_before" as const));
  const report = await bench.broker.cancelAll({ ...all, owner, others: false });
  assert.deepEqual([report.clear, report.reason], [false, "open_orders_unknown"]);
});
