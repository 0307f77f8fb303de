import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import {
  anIntent,
  type BenchSpec,
  type BenchWorld,
  type BrokerBench,
  brokerBench,
  type IntentChange,
} from "#support";
import { readUnits, timesUp, unitsText } from "./decimal-units.ts";
import { createFenceCounts } from "./fences.ts";
import type { PlaceIntent } from "./intent.ts";
import { defaultLimits, readLimits } from "./limits.ts";

const benches: BrokerBench[] = [];
after(() => {
  for (const bench of benches) bench.remove();
});

async function aBench(spec: BenchSpec = {}): Promise<BrokerBench> {
  const bench = await brokerBench(spec);
  benches.push(bench);
  return bench;
}

type Case = readonly [
  fence: string | null,
  reason: string | null,
  spec: BenchSpec,
  intent: IntentChange,
];

const world = (change: Partial<BenchWorld>): BenchSpec => ({ world: change });
const flatten = { owner: { type: "lifecycle", scope: "startup_flatten" } } as const;
const closing = { order: { reduceOnly: true, side: "sell" } } as const;

/** Every gate with the value on its edge that passes, and the first that does not. */
const cases: readonly Case[] = [
  [null, null, {}, {}],
  ["fence_kill_switch", "switch_on", world({ word: "1" }), {}],
  ["fence_kill_switch", "switch_empty", world({ word: "" }), {}],
  [
    "fence_kill_switch",
    "halt_latched",
    world({ latch: { state: "latched", sinceMs: 0, source: "s", reason: "r" } }),
    {},
  ],
  ["fence_market_freshness", "tick_too_old", world({ fresh: false }), {}],
  ["fence_execution_gate", "gate_not_ready", world({ ready: false }), {}],
  ["fence_live_auth_guard", "account_not_demo", world({ demoAccount: null }), {}],
  ["fence_live_auth_guard", "not_armed", world({ mode: "okx_live" }), {}],
  ["fence_order_form", "instrument_not_allowed", {}, { order: { instId: "ETH-USDT-SWAP" } }],
  ["fence_order_form", "lot_size_invalid", {}, { order: { sz: "0.005" } }],
  ["fence_order_form", "lot_size_invalid", {}, { order: { sz: "1.001" } }],
  ["fence_order_form", "param_invalid", {}, { order: { sz: "0" } }],
  ["fence_order_form", "param_invalid", {}, { order: { sz: "1", px: "0" } }],
  ["fence_order_form", "param_invalid", {}, { order: { px: null } }],
  ["fence_order_form", "param_invalid", {}, { order: { ordType: "market", px: "100" } }],
  ["fence_order_form", "tick_size_invalid", {}, { order: { px: "100.05" } }],
  [null, null, { limits: { collarPpm: 10_000 } }, { order: { px: "101" } }],
  [
    "fence_price_collar",
    "price_outside_collar",
    { limits: { collarPpm: 10_000 } },
    { order: { px: "101.1" } },
  ],
  [null, null, { limits: { collarPpm: 10_000 } }, { order: { px: "99" } }],
  [
    "fence_price_collar",
    "price_outside_collar",
    { limits: { collarPpm: 10_000 } },
    { order: { px: "98.9" } },
  ],
  [null, null, { limits: { collarPpm: null } }, { order: { px: "500" } }],
  ["fence_price_collar", "reference_price_unknown", world({ px: null }), {}],
  [null, null, { limits: { maxOrderNotional: "2" } }, { order: { sz: "2" } }],
  [
    "fence_max_order_notional",
    "max_order_notional_exceeded",
    { limits: { maxOrderNotional: "2" } },
    { order: { sz: "2.01" } },
  ],
  [null, null, { limits: { maxOrderNotional: null } }, { order: { sz: "3000" } }],
  [
    null,
    null,
    { limits: { maxTotalNotional: "3" }, world: { positionNotional: "2" } },
    { order: { sz: "1" } },
  ],
  [
    "fence_max_total_notional",
    "max_total_notional_exceeded",
    { limits: { maxTotalNotional: "3" }, world: { positionNotional: "-2.01" } },
    { order: { sz: "1" } },
  ],
  ["fence_max_total_notional", "positions_unknown", world({ positionNotional: null }), {}],
  ["fence_agent_equity", "equity_unknown", world({ equity: null }), {}],
  ["fence_agent_equity", "equity_unknown", world({ availableEquity: null }), {}],
  ["fence_agent_equity", "insufficient_equity", world({ equity: "0" }), {}],
  ["fence_agent_equity", "insufficient_equity", world({ equity: "-1" }), {}],
  [null, null, world({ availableEquity: "0.5" }), {}],
  ["fence_agent_equity", "margin_insufficient", world({ availableEquity: "0.49" }), {}],
  [null, null, { limits: { agentMaxLeverage: 2 }, world: { equity: "0.5" } }, {}],
  [
    "fence_agent_risk_cap",
    "risk_cap_exceeded",
    { limits: { agentMaxLeverage: 2 }, world: { equity: "0.499999" } },
    {},
  ],
  [null, null, world({ equity: null, positionNotional: null, availableEquity: null }), closing],
  [null, null, { limits: { maxOrderNotional: "0.1" }, ...world({ px: null }) }, marketClosing()],
  [null, null, world({ equity: null }), flatten],
];

function marketClosing(): IntentChange {
  return { order: { reduceOnly: true, side: "sell", ordType: "market", px: null } };
}

test("each gate alone refuses from the first value beyond its edge", async () => {
  for (const [fence, reason, spec, change] of cases) {
    const bench = await aBench(spec);
    const outcome = await bench.broker.place(anIntent(change));
    const what = JSON.stringify([spec, change]);
    assert.deepEqual([outcome.fence, outcome.reasonCode], [fence, reason], what);
    assert.equal(bench.venue.arrivals.length, fence === null ? 1 : 0, what);
    const [line] = bench.lines("order_attempts");
    assert.equal(line?.gate.gate_name, fence ?? "none");
    if (fence === null) continue;
    assert.deepEqual([line?.status, line?.connector_call], ["rejected", null]);
    const row = bench.broker.fences().find((one) => one.fence_id === fence);
    assert.equal(row?.block_count, 1);
  }
});

const sell = { order: { side: "sell" } } as const;

test("an agent that repeats itself is disabled at exactly the limit, and stays so", async () => {
  const limits = { repeats: { count: 3, windowMs: 60_000 }, agentOrdersPerTick: null };
  const bench = await aBench({ limits });
  for (let count = 0; count < 3; count += 1) {
    assert.equal((await bench.broker.place(anIntent())).status, "ok");
  }
  assert.equal((await bench.broker.place(anIntent(sell))).status, "ok", "another side");
  assert.equal((await bench.broker.place(anIntent())).reasonCode, "repeated_execution");
  await bench.time.sleep(120_000);
  assert.equal((await bench.broker.place(anIntent(sell))).reasonCode, "agent_disabled");
  const other = { owner: { type: "agent", agentIdHash: "00000000000000b2" } } as const;
  assert.equal((await bench.broker.place(anIntent(other))).status, "ok");
  const later = await bench.restart();
  assert.equal((await later.broker.place(anIntent(sell))).reasonCode, "agent_disabled");
});

test("an agent has so many orders a tick and so many a run", async () => {
  const bench = await aBench({ limits: { agentOrdersPerTick: 2, agentOrderQuota: 3 } });
  const reasons: (string | null)[] = [];
  for (const tick of [1, 1, 1, 2, 3]) {
    reasons.push((await bench.broker.place(anIntent({ tick }))).reasonCode);
  }
  const due = [null, null, "agent_rate_limited", null, "agent_order_quota_exceeded"];
  assert.deepEqual(reasons, due);
});

test("as many orders rest as may, the ones that are not known to be there too", async () => {
  const bench = await aBench({ limits: { maxOpenOrders: 2 } });
  bench.venue.script("place", "timeout_before");
  await bench.broker.place(anIntent());
  const { order } = await bench.broker.place(anIntent());
  const full = await bench.broker.place(anIntent());
  assert.equal(full.reasonCode, "exchange_order_limit_reached");
  const clientOrderId = order?.clientOrderId ?? "";
  await bench.broker.cancel({ ...anIntent(), kind: "cancel", clientOrderId });
  assert.equal((await bench.broker.place(anIntent())).status, "ok");
});

test("the venue's windows are kept by waiting, and no longer than is bearable", async () => {
  const rate = { limit: 3, windowMs: 2000 };
  const rates = { ...defaultLimits(["x"]).rates, placePerInstrument: rate };
  const bench = await aBench({ limits: { rates, agentOrdersPerTick: null, repeats: null } });
  const sentMs: number[] = [];
  for (let count = 0; count < 10; count += 1) {
    assert.equal((await bench.broker.place(anIntent())).status, "ok");
    sentMs.push(bench.time.nowMs());
  }
  for (const [at, time] of sentMs.entries()) {
    const third = sentMs[at - 3];
    if (third !== undefined) assert.ok(time - third >= 2000, `${at}: ${time - third} ms`);
  }
  const row = bench.broker.fences().find((one) => one.fence_id.includes("rate_limiter"));
  assert.deepEqual([row?.trigger_count, row?.block_count], [3, 0]);
});

test("a venue that does not answer is left alone for a while", async () => {
  const bench = await aBench();
  const down = Array.from({ length: 9 }, () => "timeout_before" as const);
  bench.venue.script("place", ...down);
  bench.venue.script("order", ...down, ...down, ...down);
  await bench.broker.place(anIntent());
  const away = await bench.broker.place(anIntent());
  assert.equal(away.reasonCode, "exchange_api_unreachable");
  assert.equal(bench.venue.calls.filter((name) => name === "place").length, 1);
});

test("agents that would meet each other do not: the side that wants less stays home", async () => {
  const selfTrade = { type: "netting" } as const;
  const bench = await aBench({ selfTrade });
  const [a, b] = [agent("00000000000000a1"), agent("00000000000000b2")];
  const outcomes = await bench.broker.placeAll([
    anIntent({ ...a, order: { sz: "2" } }),
    anIntent({ ...b, order: { sz: "1", side: "sell" } }),
    anIntent({ ...b, order: { sz: "1", side: "sell", px: "104" } }),
  ]);
  const fences = outcomes.map(({ fence }) => fence);
  assert.deepEqual(fences, [null, "fence_self_trade_netting", null]);
  const meets = await bench.broker.place(anIntent({ ...b, order: { side: "sell", px: "100" } }));
  assert.equal(meets.reasonCode, "self_trade_netting_block");
  const market = { side: "sell", ordType: "market", px: null } as const;
  const sweeps = await bench.broker.place(anIntent({ ...b, order: market }));
  assert.equal(sweeps.reasonCode, "self_trade_netting_block");
  assert.deepEqual(bench.broker.selfTradePrevention().execution_netting_enabled, true);
  const stp = await aBench();
  await stp.broker.placeAll([anIntent(a), anIntent({ ...b, order: { side: "sell" } })]);
  assert.equal(stp.venue.arrivals.length, 2, "the exchange prevents it there");
  assert.equal(stp.broker.selfTradePrevention().stp_enabled, true);
});

function agent(agentIdHash: string): Pick<PlaceIntent, "owner"> {
  return { owner: { type: "agent", agentIdHash } };
}

test("every limit is written down, or the run does not start", async () => {
  const whole = defaultLimits(["BTC-USDT-SWAP"]);
  assert.ok(readLimits(whole).ok);
  for (const key of Object.keys(whole)) {
    const without = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key));
    const read = readLimits(without);
    assert.equal(read.ok ? null : read.fault.code, "broker_limit_missing", key);
    assert.equal(read.ok ? null : read.fault.at, key);
  }
  for (const wrong of [
    { ...whole, maxOrderNotional: "-1" },
    { ...whole, maxOrderNotional: "many" },
    { ...whole, collarPpm: 0 },
    { ...whole, instruments: [] },
    { ...whole, agentMaxLeverage: Number.NaN },
    { ...whole, another: 1 },
  ]) {
    const read = readLimits(wrong);
    assert.equal(read.ok ? null : read.fault.code, "broker_limit_invalid");
  }
});

test("over random orders and answers, what may be open never exceeds the limits", async () => {
  const step = fc.record({
    sz: fc.integer({ min: 1, max: 400 }).map((lots) => String(lots / 100)),
    side: fc.constantFrom("buy", "sell"),
    px: fc.integer({ min: 950, max: 1050 }).map((tenths) => String(tenths / 10)),
    fault: fc.constantFrom(null, null, "timeout_after", "timeout_before", "late", "not_sent"),
    cancel: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const limits = { maxOrderNotional: "3", maxTotalNotional: "6", maxOpenOrders: 4 };
      const bench = await brokerBench({ limits: { ...limits, agentOrdersPerTick: null } });
      try {
        for (const { sz, side, px, fault, cancel } of steps) {
          bench.venue.script("place", fault);
          const intent = anIntent({ order: { sz, side, px } });
          const { order } = await bench.broker.place(intent);
          if (cancel && order !== null) {
            const { clientOrderId } = order;
            await bench.broker.cancel({ ...anIntent(), kind: "cancel", clientOrderId });
          }
          await bench.time.sleep(700);
          assertWithin(bench);
        }
      } finally {
        bench.remove();
      }
    }),
    { seed: 601, numRuns: 60 },
  );
});

/** By what the venue has, not by what the broker believes. */
function assertWithin({ venue }: BrokerBench): void {
  const live = venue.arrivals.flatMap((id) => {
    const row = venue.rowOf(id);
    return row?.state === "live" ? [row] : [];
  });
  let total = 0n;
  for (const { sz, px } of live) {
    const notional = timesUp(timesUp(readUnits(sz) ?? 0n, readUnits("0.01") ?? 0n), price(px));
    assert.ok(notional <= (readUnits("3") ?? 0n), unitsText(notional));
    total += notional;
  }
  assert.ok(total <= (readUnits("6") ?? 0n), unitsText(total));
  assert.ok(live.length <= 4);
}

function price(px: string | null): bigint {
  return readUnits(px ?? "100") ?? 0n;
}

test("every fence lies where the inventory says, and every man-made one has an off switch", () => {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  for (const row of createFenceCounts().rows()) {
    assert.ok(existsSync(`${root}${row.location}`), row.location);
    assert.equal(row.off_switch === null, row.category === "ecological", row.fence_id);
    assert.equal(row.off_switch_reason === null, row.off_switch !== null);
  }
});
