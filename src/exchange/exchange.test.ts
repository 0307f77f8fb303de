import assert from "node:assert/strict";
import { test } from "node:test";
import { anExchange, must, place, usdt } from "./fixtures/specs.ts";

test("two accounts trade: positions, fees, bills and the book are what a hand computes", () => {
  const exchange = anExchange();
  const maker = must(
    exchange,
    place({ account: 0, side: "sell", priceTicks: 300_000, lots: 500, clientId: "m1" }),
  );
  // 500 lots = 0.05 BTC at 30 000.0 = 1500 USDT; at 10x 150 USDT are held.
  assert.equal(exchange.balances(0)[0]?.frozenUnits, 150 * usdt);
  const taker = must(
    exchange,
    place({ account: 1, side: "buy", priceTicks: 300_010, lots: 200, timeMs: 5 }),
  );
  const fills = taker.events.flatMap((event) => (event.type === "fill" ? [event] : []));
  assert.deepEqual(
    fills.map(({ fill }) => [
      fill.account,
      fill.liquidity,
      fill.priceTicks,
      fill.lots,
      fill.feeUnits,
    ]),
    [
      // 600 USDT: 0.05 % taker, 0.02 % maker.
      [1, "taker", 300_000, 200, -0.3 * usdt],
      [0, "maker", 300_000, 200, -0.12 * usdt],
    ],
  );
  assert.equal(fills[0]?.order.state, "filled");
  assert.equal(fills[1]?.order.state, "partially_filled");
  assert.equal(fills[1]?.order.id, maker.orderId);
  assert.equal(fills[1]?.order.updatedMs, 5);
  assert.deepEqual(exchange.book(0, 5), {
    version: exchange.book(0, 5).version,
    bids: [],
    asks: [{ priceTicks: 300_000, lots: 300, orders: 1 }],
  });
  const [short] = exchange.positions(0);
  assert.equal(short?.lots, -200);
  assert.equal(short?.costUnits, -600 * usdt);
  assert.equal(exchange.orderByClientId(0, "m1")?.filledLots, 200);
  const [bill] = exchange.bills({ account: 1, limit: 1 });
  assert.equal(bill?.changeUnits, -0.3 * usdt);
  assert.equal(bill?.subtype, "buy");
  assert.equal(exchange.openInterestLots(0), 200);
  for (const sum of exchange.conservation()) {
    assert.deepEqual([sum.units, sum.clearingUnits], [0n, 0n]);
  }
});

test("spot: the fee is taken from what is received, and a remainder goes to the venue", () => {
  const exchange = anExchange();
  must(exchange, { type: "transfer", timeMs: 0, account: 0, currency: "BTC", units: usdt });
  const spot = { instrument: 1, marginMode: "cash" } as const;
  must(exchange, place({ ...spot, account: 0, side: "sell", priceTicks: 300_001, lots: 10_001 }));
  // 10 001 lots at 300 001 ticks are 300 031 000.1 units: paid up, received down.
  const base = exchange.balances(0).find((row) => row.currency === "BTC");
  assert.equal(base?.frozenUnits, 10_001);
  must(exchange, place({ ...spot, account: 1, side: "buy", priceTicks: 300_001, lots: 10_001 }));
  const cash = (account: number, currency: string): number | undefined =>
    exchange.balances(account).find((row) => row.currency === currency)?.cashUnits;
  const start = 100_000 * usdt;
  assert.equal(cash(1, "USDT"), start - 300_031_001);
  assert.equal(cash(1, "BTC"), 10_001 - 11);
  assert.equal(cash(0, "USDT"), start + 300_031_000 - 240_025);
  assert.equal(cash(0, "BTC"), usdt - 10_001);
  assert.equal(exchange.venueBalances("USDT").fees, 240_026n);
  assert.ok(exchange.conservation().every(({ units }) => units === 0n));
});
