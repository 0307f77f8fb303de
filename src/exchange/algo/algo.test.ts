import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlaceAlgo } from "../api/command.ts";
import type { Exchange, Outcome } from "../api/exchange.ts";
import { anExchange, must, place } from "../fixtures/specs.ts";

/** Account 0 is long 100 lots; deep outside liquidity stands on both sides. */
function longPosition(): Exchange {
  const exchange = anExchange();
  must(exchange, {
    type: "set_outside",
    timeMs: 0,
    instrument: 0,
    snapshot: true,
    levels: [
      { side: "buy", priceTicks: 299_000, lots: 5000 },
      { side: "sell", priceTicks: 300_000, lots: 5000 },
    ],
  });
  must(exchange, place({ account: 0, side: "buy", lots: 100 }));
  return exchange;
}

const algo: PlaceAlgo = {
  type: "place_algo",
  timeMs: 1,
  account: 0,
  instrument: 0,
  algoType: "conditional",
  side: "sell",
  lots: 100,
  marginMode: "cross",
  positionSide: "net",
  reduceOnly: true,
};
const leg = (triggerTicks: number, orderTicks: number | null = null) =>
  ({ triggerTicks, source: "mark", orderTicks }) as const;

const states = (outcome: Outcome): readonly string[] =>
  outcome.events.flatMap((event) => (event.type === "algo" ? [event.algo.state] : []));

const mark = (exchange: Exchange, priceTicks: number): Outcome =>
  must(exchange, { type: "set_mark", timeMs: 2, instrument: 0, priceTicks });

test("a take profit fires when the mark reaches it and closes the position", () => {
  const exchange = longPosition();
  must(exchange, { ...algo, takeProfit: leg(310_000), clientId: "tp" });
  assert.deepEqual(states(mark(exchange, 309_999)), []);
  const fired = mark(exchange, 310_000);
  assert.deepEqual(states(fired), ["effective"]);
  const done = exchange.algoByClientId(0, "tp");
  assert.equal(done?.firedLeg, "take_profit");
  const order = exchange.order(done?.orderId ?? 0);
  assert.deepEqual([order?.origin, order?.algoId, order?.state], ["algo", done?.id, "filled"]);
  assert.deepEqual(exchange.positions(0), []);
  assert.deepEqual(exchange.openAlgos(0), []);
  assert.equal(exchange.algoHistory({ account: 0, limit: 5 })[0]?.id, done?.id);
});

test("of an oco pair the first leg ends the other", () => {
  const exchange = longPosition();
  must(exchange, { ...algo, algoType: "oco", takeProfit: leg(310_000), stopLoss: leg(290_000) });
  assert.deepEqual(states(mark(exchange, 289_000)), ["effective"]);
  assert.equal(exchange.algo(1)?.firedLeg, "stop_loss");
  assert.deepEqual(states(mark(exchange, 311_000)), []);
});

test("a trigger may watch the last price and send a limit order", () => {
  const exchange = longPosition();
  must(exchange, {
    ...algo,
    algoType: "trigger",
    side: "buy",
    reduceOnly: false,
    trigger: { triggerTicks: 299_500, source: "last", orderTicks: 298_000 },
  });
  const print = { type: "outside_print", timeMs: 2, instrument: 0, side: "sell", lots: 1 } as const;
  assert.deepEqual(states(must(exchange, { ...print, priceTicks: 299_600 })), []);
  assert.deepEqual(states(must(exchange, { ...print, priceTicks: 299_000 })), ["effective"]);
  assert.equal(exchange.openOrders(0)[0]?.priceTicks, 298_000);
});

test("the whole position is what it is when the algo order fires", () => {
  const exchange = longPosition();
  must(exchange, { ...algo, lots: null, stopLoss: leg(290_000) });
  must(exchange, place({ account: 0, side: "buy", lots: 50, timeMs: 1 }));
  mark(exchange, 290_000);
  assert.equal(exchange.order(exchange.algo(1)?.orderId ?? 0)?.lots, 150);
  must(exchange, { ...algo, timeMs: 2, lots: null, stopLoss: leg(280_000) });
  mark(exchange, 280_000);
  assert.deepEqual(
    [exchange.algo(2)?.state, exchange.algo(2)?.failReason],
    ["order_failed", "no_position"],
  );
});

test("what one algo order trades may fire the next, each once", () => {
  const exchange = longPosition();
  const trigger = { triggerTicks: 300_500, source: "last", orderTicks: null } as const;
  must(exchange, {
    type: "set_outside",
    timeMs: 1,
    instrument: 0,
    snapshot: false,
    levels: [
      { side: "sell", priceTicks: 300_000, lots: 5 },
      { side: "sell", priceTicks: 300_500, lots: 5 },
      { side: "sell", priceTicks: 301_000, lots: 50 },
    ],
  });
  const buys = { ...algo, side: "buy", algoType: "trigger", reduceOnly: false, lots: 6 } as const;
  must(exchange, { ...buys, trigger: { ...trigger, triggerTicks: 300_800 } });
  must(exchange, { ...buys, trigger });
  // 8 lots reach 300 500: the second fires and reaches 301 000, which fires the first.
  const outcome = must(exchange, place({ account: 1, side: "buy", lots: 8, timeMs: 2 }));
  const order = outcome.events.flatMap((event) => (event.type === "algo" ? [event.algo.id] : []));
  assert.deepEqual(order, [2, 1]);
});

test("the index of a swap is its mark, and is told as what was asked for", () => {
  const exchange = longPosition();
  must(exchange, { ...algo, takeProfit: { ...leg(310_000), source: "index" } });
  assert.equal(exchange.algo(1)?.takeProfit?.source, "index");
  const print = { type: "outside_print", timeMs: 2, instrument: 0, side: "sell", lots: 1 } as const;
  must(exchange, { ...print, priceTicks: 311_000 });
  assert.equal(exchange.algo(1)?.state, "live");
  assert.deepEqual(states(mark(exchange, 310_000)), ["effective"]);
});

test("a waiting algo order can be changed and cancelled, a done one cannot", () => {
  const exchange = longPosition();
  must(exchange, { ...algo, stopLoss: leg(290_000) });
  const amend = { type: "amend_algo", timeMs: 1, account: 0, algoId: 1 } as const;
  must(exchange, { ...amend, stopLoss: leg(280_000), lots: 60 });
  assert.deepEqual(states(mark(exchange, 289_000)), []);
  assert.equal(exchange.apply({ ...amend, timeMs: 2 }).reject, "amend_nothing");
  assert.equal(
    exchange.apply({ ...amend, timeMs: 2, takeProfit: leg(400_000) }).reject,
    "bad_field",
  );
  must(exchange, { type: "cancel_algo", timeMs: 2, account: 0, algoId: 1 });
  const again = { type: "cancel_algo", timeMs: 2, account: 0, algoId: 1 } as const;
  assert.equal(exchange.apply(again).reject, "algo_already_done");
  assert.deepEqual(states(mark(exchange, 200_000)), []);
});
