import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "../api/exchange.ts";
import { anExchange, must, place, usdt } from "../fixtures/specs.ts";

function withPositions(marginMode: "cross" | "isolated"): Exchange {
  const exchange = anExchange();
  must(exchange, place({ account: 0, side: "sell", priceTicks: 300_000, lots: 333, marginMode }));
  must(exchange, place({ account: 1, side: "buy", priceTicks: 300_000, lots: 333, marginMode }));
  must(exchange, { type: "set_mark", timeMs: 1, instrument: 0, priceTicks: 300_001 });
  return exchange;
}

const settle = { type: "settle_funding", timeMs: 2, instrument: 0 } as const;

test("longs pay shorts by value at the mark; payers round up, receivers down", () => {
  // 333 lots at 300 001 ticks: 99 900 333 000 units; at 0.00010001 of it 9 991 032.30333.
  for (const [rateE12, long, short] of [
    [100_010_000, -9_991_033, 9_991_032],
    [-100_010_000, 9_991_032, -9_991_033],
  ] as const) {
    const exchange = withPositions("cross");
    const before = [0, 1].map((account) => exchange.balances(account)[0]?.cashUnits ?? 0);
    const { events } = must(exchange, { ...settle, rateE12 });
    const after = [0, 1].map((account) => exchange.balances(account)[0]?.cashUnits ?? 0);
    assert.deepEqual(
      [(after[1] ?? 0) - (before[1] ?? 0), (after[0] ?? 0) - (before[0] ?? 0)],
      [long, short],
    );
    assert.equal(exchange.positions(1)[0]?.fundingUnits, long);
    const bills = events.flatMap((event) => (event.type === "bill" ? [event.bill.subtype] : []));
    assert.deepEqual(
      bills,
      rateE12 > 0 ? ["funding_income", "funding_expense"] : ["funding_expense", "funding_income"],
    );
    assert.ok(exchange.conservation().every((sum) => sum.units === 0n));
  }
});

test("funding of an isolated position comes from its margin and may end it", () => {
  const exchange = withPositions("isolated");
  const [before] = exchange.positions(1);
  const cash = exchange.balances(1)[0]?.cashUnits;
  must(exchange, { ...settle, rateE12: 1_000_000_000 });
  const [after] = exchange.positions(1);
  assert.equal((before?.marginUnits ?? 0) - (after?.marginUnits ?? 0), 99_900_333);
  assert.equal(exchange.balances(1)[0]?.cashUnits, cash);
  const heavy = must(exchange, { ...settle, rateE12: 96_000_000_000 });
  assert.ok(heavy.events.some((event) => event.type === "liquidation" && event.account === 1));
  assert.deepEqual(exchange.positions(1), []);
});

test("what the outside market holds pays and receives as well", () => {
  const exchange = anExchange();
  const levels = [{ side: "sell", priceTicks: 300_000, lots: 50 } as const];
  must(exchange, { type: "set_outside", timeMs: 0, instrument: 0, snapshot: true, levels });
  must(exchange, place({ account: 0, side: "buy", lots: 50 }));
  must(exchange, { ...settle, rateE12: 100_000_000 });
  // 150 USDT at 0.0001.
  assert.equal(exchange.positions(0)[0]?.fundingUnits, -0.015 * usdt);
  assert.equal(exchange.venueBalances("USDT").outside, 1_500_000n);
  assert.ok(exchange.conservation().every((sum) => sum.units === 0n && sum.clearingUnits === 0n));
});
