import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAmount, moneyOf, parseAmount } from "./amounts.ts";
import { bookFill, type LedgerState, noPosition } from "./ledger.ts";
import { matchOrder } from "./match-order.ts";

const amount = fc.bigInt({ min: 1n, max: 10n ** 14n });
const fill = fc.record({
  side: fc.constantFrom("BUY" as const, "SELL" as const),
  quantity: amount,
  price: amount,
});

test("cash plus cost changes by exactly what was realised, and nothing goes below zero", () => {
  fc.assert(
    fc.property(fc.array(fill, { maxLength: 60 }), (fills) => {
      const start = 10n ** 20n;
      let state: LedgerState = { cash: start, position: noPosition };
      for (const one of fills) {
        const booked = bookFill(state, one);
        if (booked.refused !== null) assert.equal(booked.state, state);
        state = booked.state;
        const { quantity, cost, realised } = state.position;
        assert.equal(state.cash + cost, start + realised);
        assert.ok(state.cash >= 0n && quantity >= 0n && cost >= 0n);
        if (quantity === 0n) assert.equal(cost, 0n);
      }
    }),
    { seed: 20_260_101, numRuns: 300 },
  );
});

test("buying and selling at one price never wins anything, whatever the rounding", () => {
  fc.assert(
    fc.property(amount, amount, (quantity, price) => {
      const start: LedgerState = { cash: 10n ** 30n, position: noPosition };
      const bought = bookFill(start, { side: "BUY", quantity, price }).state;
      const sold = bookFill(bought, { side: "SELL", quantity, price }).state;
      assert.ok(sold.cash <= start.cash && start.cash - sold.cash <= 1n);
    }),
    { seed: 20_260_102 },
  );
});

test("a purchase beyond the cash and a sale of what is not held are refused", () => {
  const poor: LedgerState = { cash: 99n, position: noPosition };
  const hundred = { quantity: 100_000_000n, price: 100n };
  assert.equal(bookFill(poor, { side: "BUY", ...hundred }).refused, "paper_cash_insufficient");
  const short = bookFill(poor, { side: "SELL", ...hundred });
  assert.equal(short.refused, "paper_position_insufficient");
});

test("amounts come back as they were written, without trailing zeros", () => {
  fc.assert(
    fc.property(amount, (value) => {
      const read = parseAmount(formatAmount(value));
      assert.ok(read.ok && read.value === value);
    }),
    { seed: 20_260_103 },
  );
  for (const text of ["", "0", "0.0", "-1", "+1", "1.", ".5", "1e3", "1.123456789", "١"]) {
    assert.equal(parseAmount(text).ok, false, text);
  }
  assert.equal(moneyOf(1n, 1n, "up"), 1n);
  assert.equal(moneyOf(1n, 1n, "down"), 0n);
});

test("an order meets the other side of the quote, and nothing without a fresh one", () => {
  const quote = { bid: 99n, ask: 101n, exchangeTsMs: 0, source: "test" };
  const market = { type: "market", limitPrice: null, timeInForce: "gtc" } as const;
  assert.deepEqual(matchOrder({ side: "BUY", ...market }, quote), { act: "fill", price: 101n });
  assert.deepEqual(matchOrder({ side: "SELL", ...market }, quote), { act: "fill", price: 99n });
  const stale = { act: "reject", reason: "marketdata_stale" };
  assert.deepEqual(matchOrder({ side: "BUY", ...market }, null), stale);
  const oneSided = matchOrder({ side: "BUY", ...market }, { ...quote, ask: null });
  assert.deepEqual(oneSided, { act: "reject", reason: "quote_side_missing" });
  const limit = { side: "BUY", type: "limit", limitPrice: 100n } as const;
  assert.deepEqual(matchOrder({ ...limit, timeInForce: "gtc" }, quote), { act: "rest" });
  const ioc = matchOrder({ ...limit, timeInForce: "ioc" }, quote);
  assert.deepEqual(ioc, { act: "reject", reason: "not_marketable" });
  const reached = matchOrder({ ...limit, limitPrice: 105n, timeInForce: "gtc" }, quote);
  assert.deepEqual(reached, { act: "fill", price: 101n });
});
