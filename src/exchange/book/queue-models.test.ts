import assert from "node:assert/strict";
import { test } from "node:test";
import type { QueueModel } from "../api/config.ts";
import type { Exchange } from "../api/exchange.ts";
import { anExchange, must, place } from "../fixtures/specs.ts";

const price = 300_000;

/** 100 outside lots, our 10, and 50 outside lots that came later, all at one bid. */
function queue(queueModel: QueueModel): Exchange {
  const exchange = anExchange({ config: { queueModel } });
  state(exchange, 100);
  must(exchange, place({ account: 0, side: "buy", priceTicks: price, lots: 10 }));
  state(exchange, 150);
  return exchange;
}

function state(exchange: Exchange, lots: number): void {
  const levels = [{ side: "buy", priceTicks: price, lots } as const];
  must(exchange, { type: "set_outside", timeMs: 0, instrument: 0, snapshot: false, levels });
}

/** Lots of ours that a print fills. */
function print(exchange: Exchange, lots: number, priceTicks: number = price): number {
  const before = exchange.order(1)?.filledLots ?? 0;
  must(exchange, {
    type: "outside_print",
    timeMs: 0,
    instrument: 0,
    side: "sell",
    priceTicks,
    lots,
  });
  return (exchange.order(1)?.filledLots ?? 0) - before;
}

test("front: the first print at our price is ours", () => {
  assert.equal(print(queue("front"), 7), 7);
});

test("back: prints fill what was there before us first", () => {
  const exchange = queue("back");
  assert.deepEqual([print(exchange, 60), print(exchange, 40), print(exchange, 1)], [0, 0, 1]);
});

test("back: size that vanishes without a trade is taken from behind us while there is any", () => {
  const exchange = queue("back");
  state(exchange, 110);
  assert.equal(print(exchange, 100), 0);
  assert.equal(print(exchange, 1), 1);
  const drained = queue("back");
  // 150 become 80: the 50 behind us go, and 20 of the 100 before us.
  state(drained, 80);
  assert.deepEqual([print(drained, 80), print(drained, 10)], [0, 10]);
});

test("proportional: size that vanishes is taken from before and behind us alike", () => {
  const exchange = queue("proportional");
  // 150 become 75: half of the 100 before us, half of the 50 behind.
  state(exchange, 75);
  assert.deepEqual([print(exchange, 50), print(exchange, 10), print(exchange, 25)], [0, 10, 0]);
  assert.equal(exchange.book(0, 1).bids.length, 0);
});

test("a print beyond our price fills us first, and never more than its size", () => {
  for (const model of ["front", "back", "proportional"] as const) {
    assert.equal(print(queue(model), 4, price - 1), 4, model);
    assert.equal(print(queue(model), 400, price - 1), 10, model);
  }
});

test("our takers eat what stands before an order of ours, then that order", () => {
  const exchange = queue("back");
  must(exchange, place({ account: 1, side: "sell", priceTicks: price, lots: 105 }));
  assert.equal(exchange.order(1)?.filledLots, 5);
  assert.deepEqual(exchange.book(0, 1).bids, [{ priceTicks: price, lots: 55, orders: 2 }]);
});

test("consumed outside size comes back when the feed states its level again, not before", () => {
  const exchange = anExchange();
  state(exchange, 100);
  must(exchange, place({ account: 1, side: "sell", priceTicks: price, lots: 100 }));
  assert.deepEqual(exchange.book(0, 1).bids, []);
  state(exchange, 80);
  assert.deepEqual(exchange.book(0, 1).bids, [{ priceTicks: price, lots: 80, orders: 1 }]);
});

test("a stated level that crosses our order trades with it at its price; stale size goes", () => {
  const exchange = queue("back");
  const levels = [{ side: "sell", priceTicks: price - 5, lots: 25 } as const];
  must(exchange, { type: "set_outside", timeMs: 0, instrument: 0, snapshot: false, levels });
  assert.equal(exchange.order(1)?.state, "filled");
  assert.equal(exchange.fills({ account: 0, limit: 1 })[0]?.priceTicks, price);
  assert.deepEqual(exchange.book(0, 2).bids, []);
  assert.deepEqual(exchange.book(0, 2).asks, [{ priceTicks: price - 5, lots: 15, orders: 1 }]);
});

test("a snapshot keeps our place at the levels that it names and forgets the others", () => {
  const exchange = queue("back");
  must(exchange, {
    type: "set_outside",
    timeMs: 0,
    instrument: 0,
    snapshot: true,
    levels: [{ side: "buy", priceTicks: price, lots: 150 }],
  });
  assert.deepEqual([print(exchange, 100), print(exchange, 10)], [0, 10]);
  const levels = [{ side: "sell", priceTicks: price + 9, lots: 1 } as const];
  must(exchange, { type: "set_outside", timeMs: 0, instrument: 0, snapshot: true, levels });
  assert.deepEqual(exchange.book(0, 1).bids, []);
});
