import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlaceOrder, TriggerLeg } from "../api/command.ts";
import type { Exchange } from "../api/exchange.ts";
import { anExchange, must, place } from "../fixtures/specs.ts";

/** Others ask 300 000 and bid 299 000, with this much at each. */
function market(lots: number): Exchange {
  const exchange = anExchange();
  outside(exchange, lots, lots);
  return exchange;
}

function outside(exchange: Exchange, bids: number, asks: number): void {
  must(exchange, {
    ...{ type: "set_outside", timeMs: exchange.nowMs(), instrument: 0, snapshot: true },
    levels: [
      { side: "buy", priceTicks: 299_000, lots: bids },
      { side: "sell", priceTicks: 300_000, lots: asks },
    ],
  });
}

const leg = (triggerTicks: number, source: TriggerLeg["source"] = "mark"): TriggerLeg => ({
  ...{ triggerTicks, source, orderTicks: null },
});

const both = { takeProfit: leg(310_000), stopLoss: leg(290_000) };

const buy = (change: Partial<PlaceOrder>): PlaceOrder =>
  place({ account: 0, side: "buy", lots: 100, attached: both, ...change });

const mark = (exchange: Exchange, priceTicks: number): void =>
  void must(exchange, { type: "set_mark", timeMs: 5, instrument: 0, priceTicks });

test("legs are set when their order is filled, and guard what was filled", () => {
  const exchange = market(5000);
  const placed = must(exchange, buy({ attached: { ...both, clientId: "guard" } }));
  const set = exchange.algoByClientId(0, "guard");
  assert.deepEqual(
    [set?.algoType, set?.side, set?.lots, set?.reduceOnly, set?.state],
    ["oco", "sell", 100, true, "live"],
  );
  assert.deepEqual([set?.takeProfit, set?.stopLoss], [both.takeProfit, both.stopLoss]);
  assert.ok(placed.events.some((event) => event.type === "algo"));
  mark(exchange, 310_000);
  assert.equal(exchange.algo(1)?.firedLeg, "take_profit");
  assert.deepEqual(exchange.positions(0), []);
});

test("an order that rests brings its legs with its last fill, not before", () => {
  const exchange = market(60);
  const { orderId } = must(exchange, buy({ orderType: "limit", priceTicks: 300_000 }));
  assert.deepEqual(exchange.openAlgos(0), []);
  assert.deepEqual(exchange.attachedTo(orderId ?? 0), both);
  outside(exchange, 60, 60);
  const [set] = exchange.openAlgos(0);
  assert.deepEqual([set?.lots, set?.side], [100, "sell"]);
});

test("of an order that was cancelled what was filled is guarded, and only that", () => {
  const exchange = market(60);
  const filled = must(exchange, buy({ orderType: "limit", priceTicks: 300_000 }));
  must(exchange, { type: "cancel", timeMs: 1, account: 0, orderId: filled.orderId ?? 0 });
  assert.deepEqual(
    exchange.openAlgos(0).map(({ lots }) => lots),
    [60],
  );
  const never = must(
    exchange,
    buy({
      orderType: "limit",
      priceTicks: 295_000,
      timeMs: 1,
      attached: { stopLoss: leg(290_000) },
    }),
  );
  must(exchange, { type: "cancel", timeMs: 1, account: 0, orderId: never.orderId ?? 0 });
  assert.equal(exchange.openAlgos(0).length, 1);
});

test("a leg that the price has passed before its order was filled fires at once", () => {
  const exchange = market(5000);
  const asked = { orderType: "limit", priceTicks: 298_000, lots: 10 } as const;
  must(exchange, buy({ ...asked, attached: { stopLoss: leg(297_000, "last") } }));
  const print = { type: "outside_print", timeMs: 1, instrument: 0, side: "sell" } as const;
  must(exchange, { ...print, priceTicks: 296_000, lots: 20_000 });
  const set = exchange.algo(1);
  assert.deepEqual([set?.state, set?.firedLeg], ["effective", "stop_loss"]);
});

test("legs on the wrong side of the price, or with nothing to guard, refuse the order", () => {
  const exchange = market(5000);
  const at = { orderType: "limit", priceTicks: 300_000 } as const;
  const wrong: readonly (readonly [string, Partial<PlaceOrder>])[] = [
    ["attached_profit_not_above", { ...at, attached: { takeProfit: leg(300_000) } }],
    ["attached_loss_not_below", { ...at, attached: { stopLoss: leg(300_000) } }],
    ["attached_profit_not_below", { ...at, side: "sell", attached: { takeProfit: leg(300_000) } }],
    ["attached_loss_not_above", { ...at, side: "sell", attached: { stopLoss: leg(300_000) } }],
    ["price_out_of_range", { ...at, attached: { stopLoss: leg(0.5) } }],
    ["attached_not_allowed", { ...at, attached: {} }],
    ["attached_not_allowed", { ...at, reduceOnly: true }],
  ];
  for (const [reject, change] of wrong) {
    const before = exchange.digest();
    assert.equal(exchange.apply(buy(change)).reject, reject, JSON.stringify(change));
    assert.equal(exchange.digest(), before);
  }
  const named = { attached: { ...both, clientId: "once" } };
  must(exchange, buy(named));
  assert.equal(exchange.apply(buy(named)).reject, "duplicate_client_id");
});
