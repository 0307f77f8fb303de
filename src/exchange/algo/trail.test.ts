import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { PlaceAlgo, Trail } from "../api/command.ts";
import type { Exchange } from "../api/exchange.ts";
import type { AlgoView } from "../api/view.ts";
import { anExchange, must, place } from "../fixtures/specs.ts";

/** Account 0 is long 100 lots, bought at 300 000, which is the last price. */
function longPosition(): Exchange {
  const exchange = anExchange();
  must(exchange, {
    type: "set_outside",
    timeMs: 0,
    instrument: 0,
    snapshot: true,
    levels: [
      { side: "buy", priceTicks: 250_000, lots: 5000 },
      { side: "sell", priceTicks: 300_000, lots: 5000 },
    ],
  });
  must(exchange, place({ account: 0, side: "buy", lots: 100 }));
  return exchange;
}

const stop = (trail: Partial<Trail>, side: PlaceAlgo["side"] = "sell"): PlaceAlgo => ({
  ...{ type: "place_algo", timeMs: 1, account: 0, instrument: 0, algoType: "move_order_stop" },
  ...{ side, lots: 100, marginMode: "cross", positionSide: "net", reduceOnly: side === "sell" },
  trail: { activeTicks: null, ratioPpm: null, spreadTicks: null, ...trail },
});

/** Somebody elsewhere trades at this price. */
function print(exchange: Exchange, priceTicks: number): void {
  const at = { timeMs: 2, instrument: 0, lots: 1 } as const;
  must(exchange, { ...at, type: "outside_print", side: "sell", priceTicks });
}

function trailOf(exchange: Exchange, id = 1): AlgoView {
  const algo = exchange.algo(id);
  assert.ok(algo !== null);
  return algo;
}

test("a trailing stop follows the price up, never down, and sells when it came back so far", () => {
  const exchange = longPosition();
  must(exchange, stop({ ratioPpm: 10_000 }));
  assert.equal(trailOf(exchange).trail?.triggerTicks, 297_000);
  print(exchange, 310_001);
  assert.equal(trailOf(exchange).trail?.triggerTicks, 306_900);
  print(exchange, 306_901);
  assert.deepEqual(
    [trailOf(exchange).state, trailOf(exchange).trail?.triggerTicks],
    ["live", 306_900],
  );
  print(exchange, 306_900);
  const done = trailOf(exchange);
  assert.deepEqual([done.state, done.firedLeg], ["effective", "trail"]);
  const order = exchange.order(done.orderId ?? 0);
  assert.deepEqual([order?.orderType, order?.filledLots], ["market", 100]);
  assert.deepEqual(exchange.positions(0), []);
});

test("one that waits for a price follows nothing before it; it lies ahead of the market", () => {
  const exchange = longPosition();
  must(exchange, stop({ spreadTicks: 5000, activeTicks: 320_000 }));
  print(exchange, 319_999);
  print(exchange, 290_000);
  assert.deepEqual(
    [trailOf(exchange).state, trailOf(exchange).trail?.triggerTicks],
    ["live", null],
  );
  print(exchange, 321_000);
  assert.equal(trailOf(exchange).trail?.triggerTicks, 316_000);
  print(exchange, 316_000);
  assert.equal(trailOf(exchange).state, "effective");
  const at = (activeTicks: number, side: PlaceAlgo["side"]): string | null =>
    exchange.apply({ ...stop({ spreadTicks: 5, activeTicks }, side), timeMs: 3 }).reject;
  assert.equal(at(1, "sell"), "trail_active_not_above");
  assert.equal(at(400_000, "buy"), "trail_active_not_below");
});

test("a buy follows the price down", () => {
  const exchange = longPosition();
  must(exchange, stop({ ratioPpm: 100_000 }, "buy"));
  print(exchange, 260_000);
  assert.equal(trailOf(exchange).trail?.triggerTicks, 286_000);
  print(exchange, 285_999);
  assert.equal(trailOf(exchange).state, "live");
  print(exchange, 286_000);
  assert.deepEqual([trailOf(exchange).state, trailOf(exchange).firedLeg], ["effective", "trail"]);
});

test("neither or both ways of coming back, or more than all, are refused", () => {
  const exchange = longPosition();
  const wrong: readonly Partial<Trail>[] = [
    {},
    { ratioPpm: 1000, spreadTicks: 10 },
    { ratioPpm: 0 },
    { ratioPpm: 1_000_000 },
    { spreadTicks: 0 },
    { spreadTicks: 300_000 },
    { spreadTicks: 1.5 },
  ];
  for (const trail of wrong) {
    assert.equal(exchange.apply(stop(trail)).reject, "trail_malformed", JSON.stringify(trail));
  }
  const { trail: _, ...bare } = stop({ ratioPpm: 1000 });
  assert.equal(exchange.apply(bare).reject, "bad_field");
  assert.equal(
    exchange.apply({ ...stop({ ratioPpm: 1000 }), algoType: "trigger" }).reject,
    "bad_field",
  );
});

test("whatever the prices, it fires at the first that is a whole retreat below the best", () => {
  const prices = fc.array(fc.integer({ min: 250_000, max: 350_000 }), { maxLength: 40 });
  fc.assert(
    fc.property(prices, fc.integer({ min: 1, max: 200_000 }), (path, ratioPpm) => {
      const exchange = longPosition();
      must(exchange, stop({ ratioPpm }));
      let best = 300_000;
      let fires = false;
      for (const price of path) {
        if (fires) break;
        best = Math.max(best, price);
        fires = price * 1_000_000 <= best * (1_000_000 - ratioPpm);
        print(exchange, price);
        assert.equal(trailOf(exchange).state, fires ? "effective" : "live");
      }
    }),
    { seed: 7, numRuns: 60 },
  );
});

test("of what closes a whole position one at most may wait", () => {
  const exchange = longPosition();
  const whole = { ...stop({ ratioPpm: 1000 }), lots: null };
  must(exchange, whole);
  assert.equal(exchange.apply(whole).reject, "whole_position_algo_exists");
  must(exchange, { type: "cancel_algo", timeMs: 1, account: 0, algoId: 1 });
  must(exchange, whole);
});
