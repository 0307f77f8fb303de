import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "../api/exchange.ts";
import { anExchange, must, place, usdt } from "../fixtures/specs.ts";

const frozen = (exchange: Exchange, account = 0): number =>
  (exchange.balances(account)[0]?.frozenUnits ?? 0) / usdt;

test("everything in flight counts at once, and the worse side alone", () => {
  const exchange = anExchange();
  // 1000 lots at 30 000.0 are 3000 USDT: 300 at 10x.
  must(exchange, place({ account: 0, side: "buy", priceTicks: 300_000, lots: 1000 }));
  assert.equal(frozen(exchange), 300);
  must(exchange, place({ account: 0, side: "sell", priceTicks: 310_000, lots: 500 }));
  assert.equal(frozen(exchange), 300);
  must(exchange, place({ account: 0, side: "sell", priceTicks: 310_000, lots: 1000 }));
  assert.equal(frozen(exchange), 465);
  must(exchange, { type: "cancel", timeMs: 0, account: 0, orderId: 3 });
  assert.equal(frozen(exchange), 300);
  must(exchange, { type: "cancel_all", timeMs: 0, account: 0 });
  assert.equal(frozen(exchange), 0);
});

test("margin is there for the last lot and not for one more", () => {
  const exchange = anExchange({ units: 1000 * usdt });
  const key = { account: 0, instrument: 0, marginMode: "cross", positionSide: "net" } as const;
  const { buyLots } = exchange.maxSize(key, 300_000);
  // Each lot: 3 USDT of value, 0.3 of margin and 0.0015 for the fee: 1000 / 0.3015.
  assert.equal(buyLots, 3316);
  const order = place({ account: 0, side: "buy", priceTicks: 300_000, lots: buyLots + 1 });
  assert.equal(exchange.apply(order).reject, "insufficient_margin");
  must(exchange, { ...order, lots: buyLots });
  // The fee is asked for, not held: 994.8 are in use.
  assert.equal(exchange.maxSize(key, 300_000).buyLots, Math.floor(5.2 / 0.3015));
});

test("an order worse than the mark must bring what it would lose at once", () => {
  const exchange = anExchange({ units: 1000 * usdt });
  const key = { account: 0, instrument: 0, marginMode: "cross", positionSide: "net" } as const;
  // A lot at 33 000.0: 0.33 of margin, 0.00165 for the fee, 0.3 of loss against 30 000.0.
  assert.equal(exchange.maxSize(key, 330_000).buyLots, Math.floor(1000 / 0.63165));
});

test("closing asks for no margin, however little is left", () => {
  const exchange = anExchange({ units: 1000 * usdt });
  must(exchange, place({ account: 1, side: "sell", priceTicks: 300_000, lots: 3300 }));
  must(exchange, place({ account: 0, side: "buy", priceTicks: 300_000, lots: 3300 }));
  must(exchange, { type: "set_mark", timeMs: 1, instrument: 0, priceTicks: 280_000 });
  assert.ok((exchange.balances(0)[0]?.availableEquityUnits ?? 0) < 0);
  const sell = place({ account: 0, side: "sell", priceTicks: 280_000, lots: 3300, timeMs: 1 });
  must(exchange, sell);
  assert.equal(exchange.apply({ ...sell, side: "buy", lots: 1 }).reject, "insufficient_margin");
});

test("isolated: margin leaves cash when a position opens and comes back as it closes", () => {
  const exchange = anExchange({ units: 1000 * usdt });
  const isolated = { marginMode: "isolated" } as const;
  must(exchange, place({ account: 1, side: "sell", priceTicks: 300_000, lots: 1000 }));
  must(exchange, place({ ...isolated, account: 0, side: "buy", priceTicks: 300_000, lots: 1000 }));
  const money = (): readonly number[] => [
    (exchange.balances(0)[0]?.cashUnits ?? 0) / usdt,
    (exchange.positions(0)[0]?.marginUnits ?? 0) / usdt,
  ];
  // 300 of margin, 1.5 of fee.
  assert.deepEqual(money(), [698.5, 300]);
  must(exchange, place({ account: 1, side: "buy", priceTicks: 303_000, lots: 1000, timeMs: 1 }));
  const half = { ...isolated, account: 0, side: "sell", priceTicks: 303_000, lots: 500 } as const;
  must(exchange, place({ ...half, timeMs: 1 }));
  // Half of the margin, 15 of profit, less 0.7575 of fee.
  assert.deepEqual(money(), [862.7425, 150]);
  must(exchange, place({ ...half, timeMs: 1 }));
  assert.deepEqual(money(), [1026.985, 0]);
});

test("long and short stand side by side, and the closing side never opens", () => {
  const exchange = anExchange({ positionMode: "long_short", stpMode: "cancel_maker" });
  const order = { account: 0, priceTicks: 300_000, lots: 100 } as const;
  for (const [side, positionSide, other] of [
    ["buy", "long", "sell"],
    ["sell", "short", "buy"],
  ] as const) {
    const against = positionSide === "long" ? "short" : "long";
    must(exchange, place({ ...order, account: 1, side: other, positionSide: against }));
    must(exchange, place({ ...order, side, positionSide }));
  }
  assert.deepEqual(
    exchange.positions(0).map((position) => [position.positionSide, position.lots]),
    [
      ["long", 100],
      ["short", -100],
    ],
  );
  const close = place({ ...order, side: "sell", positionSide: "long", priceTicks: 301_000 });
  must(exchange, { ...close, lots: 60 });
  assert.equal(exchange.positions(0)[0]?.availableLots, 40);
  assert.equal(exchange.apply({ ...close, lots: 41 }).reject, "close_exceeds_position");
  must(exchange, { ...close, lots: 40 });
  assert.equal(
    exchange.apply(place({ ...order, side: "buy", positionSide: "net" })).reject,
    "position_side_mismatch",
  );
});

test("cross leverage is one for the instrument, isolated one for each side", () => {
  const exchange = anExchange({ positionMode: "long_short" });
  const where = { account: 0, instrument: 0 } as const;
  const set = { type: "set_leverage", timeMs: 0, ...where, leverageCenti: 2500 } as const;
  must(exchange, { ...set, marginMode: "cross", positionSide: "net" });
  must(exchange, { ...set, marginMode: "isolated", positionSide: "short" });
  const leverage = (marginMode: "cross" | "isolated", positionSide: "long" | "short"): number =>
    exchange.leverageCenti({ ...where, marginMode, positionSide });
  assert.deepEqual([leverage("cross", "long"), leverage("cross", "short")], [2500, 2500]);
  assert.deepEqual([leverage("isolated", "long"), leverage("isolated", "short")], [1000, 2500]);
});

test("what an order needs suffices exactly, and one unit less does not", () => {
  // One lot at 30 000.0: 3 USDT of value, 0.3 of margin, 0.0015 for the fee.
  const order = place({ account: 0, side: "buy", priceTicks: 300_000, lots: 1 });
  must(anExchange({ units: 30_150_000 }), order);
  assert.equal(anExchange({ units: 30_149_999 }).apply(order).reject, "insufficient_margin");
});

test("an isolated order filled after its money was lost gets what is there, and no debt", () => {
  const exchange = anExchange({ accounts: 1, units: 1000 * usdt });
  must(exchange, { type: "open_account", timeMs: 0 });
  const units = 100_000 * usdt;
  must(exchange, { type: "transfer", timeMs: 0, account: 1, currency: "USDT", units });
  must(exchange, place({ account: 1, side: "sell", priceTicks: 300_000, lots: 2000 }));
  must(exchange, place({ account: 0, side: "buy", priceTicks: 300_000, lots: 2000 }));
  const isolated = { account: 0, side: "buy", priceTicks: 250_000, lots: 1000 } as const;
  must(exchange, place({ ...isolated, marginMode: "isolated" }));
  must(exchange, { type: "set_mark", timeMs: 1, instrument: 0, priceTicks: 262_000 });
  must(exchange, place({ account: 1, side: "buy", priceTicks: 262_000, lots: 2000, timeMs: 1 }));
  must(exchange, place({ account: 0, side: "sell", lots: 2000, reduceOnly: true, timeMs: 1 }));
  // 1000 less 760 of loss, 3 and 2.62 of fees; 250 were to be the margin.
  assert.equal(exchange.balances(0)[0]?.cashUnits, 234.38 * usdt);
  must(exchange, place({ account: 1, side: "sell", priceTicks: 250_000, lots: 1000, timeMs: 1 }));
  assert.equal(exchange.balances(0)[0]?.cashUnits, 0);
  // The maker's fee of 0.5 went first.
  const [fill] = exchange.fills({ account: 0, limit: 1 });
  const bill = exchange.bill(fill?.billId ?? 0);
  assert.equal(bill?.positionBalanceUnits, 233.88 * usdt);
  assert.ok(exchange.conservation().every((sum) => sum.units === 0n && sum.clearingUnits === 0n));
});
