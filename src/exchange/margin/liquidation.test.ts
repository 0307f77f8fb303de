import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Exchange } from "../api/exchange.ts";
import { anExchange, must, place, usdt } from "../fixtures/specs.ts";

/**
 * Account 0 holds `lots` from 30 000.0 (negative: short) against account 1. 0.0001 BTC a lot; the
 * taker's fee is 0.05 %, maintenance 0.4 % up to 50 000 lots, 0.5 % up to 100 000, liquidation fee
 * 0.05 %.
 */
function holding({
  lots,
  units,
  marginMode = "cross",
  leverageCenti = 10_000,
}: Readonly<{
  lots: number;
  units: number;
  marginMode?: "cross" | "isolated";
  leverageCenti?: number;
}>): Exchange {
  const exchange = anExchange({ accounts: 0 });
  for (const [account, money] of [
    [0, units],
    [1, 10_000_000 * usdt],
  ] as const) {
    must(exchange, { type: "open_account", timeMs: 0 });
    must(exchange, { type: "transfer", timeMs: 0, account, currency: "USDT", units: money });
    for (const mode of ["cross", "isolated"] as const) {
      must(exchange, {
        type: "set_leverage",
        timeMs: 0,
        account,
        instrument: 0,
        marginMode: mode,
        positionSide: "net",
        leverageCenti,
      });
    }
  }
  const [side, other] = lots > 0 ? (["buy", "sell"] as const) : (["sell", "buy"] as const);
  const size = Math.abs(lots);
  must(exchange, place({ account: 1, side: other, priceTicks: 300_000, lots: size }));
  must(exchange, place({ account: 0, side, priceTicks: 300_000, lots: size, marginMode }));
  return exchange;
}

function markAt(exchange: Exchange, priceTicks: number): readonly (readonly number[])[] {
  const { events } = must(exchange, { type: "set_mark", timeMs: 1, instrument: 0, priceTicks });
  return events.flatMap((event) =>
    event.type === "liquidation" && event.account === 0
      ? [[event.lotsBefore, event.lotsAfter, event.takeoverTicks]]
      : [],
  );
}

test("a cross position is liquidated at the price of OKX's formula and not a tick before", () => {
  // 0.1 BTC: cost 3000, fee 1.5, backing 98.5. Long: (3000 - 98.5) / (0.1 * 0.9955) = 29146.157;
  // short: (3000 + 98.5) / (0.1 * 1.0045) = 30846.192.
  for (const [lots, last, first, takeover] of [
    // 29146.1 less 0.4 % is 29029.5156; 30846.2 plus 0.4 % is 30969.5848.
    [1000, 291_462, 291_461, 290_295],
    [-1000, 308_461, 308_462, 309_696],
  ] as const) {
    const exchange = holding({ lots, units: 100 * usdt });
    assert.equal(exchange.positions(0)[0]?.liquidationTicks, first);
    assert.deepEqual(markAt(exchange, last), []);
    assert.deepEqual(markAt(exchange, first), [[lots, 0, takeover]]);
    assert.deepEqual(exchange.positions(0), []);
  }
});

test("what a liquidation costs, to the unit", () => {
  const exchange = holding({ lots: 1000, units: 100 * usdt });
  markAt(exchange, 291_461);
  // Sold at 29 029.5: 2902.95 for what cost 3000; fee 0.05 % of 2902.95 = 1.451475.
  const left = 98.5 - 97.05 - 1.451475;
  const [cover, sold] = exchange.bills({ account: 0, limit: 2 });
  assert.equal(sold?.type, "liquidation");
  assert.equal(sold?.subtype, "liquidation_long");
  assert.equal(sold?.pnlUnits, -9_705_000_000);
  assert.equal(sold?.feeUnits, -145_147_500);
  assert.equal(sold?.balanceUnits, Math.round(left * usdt));
  // The takeover price is rounded down to a tick: here it asks for a little more than there is.
  assert.equal(cover?.subtype, "insurance_cover");
  assert.equal(cover?.changeUnits, 147_500);
  assert.equal(exchange.balances(0)[0]?.cashUnits, 0);
  const order = exchange.order(sold?.orderId ?? 0);
  assert.deepEqual(
    [order?.origin, order?.state, order?.reduceOnly],
    ["liquidation", "filled", true],
  );
  assert.equal(exchange.venueBalances("USDT").insurance, BigInt(145_147_500 - 147_500));
  assert.ok(exchange.conservation().every((sum) => sum.units === 0n && sum.clearingUnits === 0n));
});

test("a gap beyond bankruptcy is paid by the insurance fund, not by the account", () => {
  for (const marginMode of ["cross", "isolated"] as const) {
    const exchange = holding({ lots: 1000, units: 100 * usdt, marginMode });
    markAt(exchange, 200_000);
    assert.deepEqual(exchange.positions(0), []);
    const cash = exchange.balances(0)[0]?.cashUnits;
    // Isolated at 100x: 30 of margin are lost, the rest was never at stake.
    assert.equal(cash, marginMode === "cross" ? 0 : 68.5 * usdt);
    assert.ok(exchange.venueBalances("USDT").insurance < 0n);
    assert.ok(exchange.conservation().every((sum) => sum.units === 0n && sum.clearingUnits === 0n));
  }
});

test("an isolated position stands on its own margin, and more margin moves its price", () => {
  const exchange = holding({
    lots: 1000,
    units: 400 * usdt,
    marginMode: "isolated",
    leverageCenti: 1000,
  });
  const position = (): unknown => {
    const [{ marginUnits, liquidationTicks } = { marginUnits: 0, liquidationTicks: 0 }] =
      exchange.positions(0);
    return [marginUnits / usdt, liquidationTicks];
  };
  // (3000 - 300) / 0.09955 = 27122.049; (3000 - 350) / 0.09955 = 26619.789.
  assert.deepEqual(position(), [300, 271_220]);
  const adjust = {
    type: "adjust_margin",
    timeMs: 0,
    account: 0,
    instrument: 0,
    positionSide: "net",
  } as const;
  must(exchange, { ...adjust, units: 50 * usdt });
  assert.deepEqual(position(), [350, 266_197]);
  // Back out goes only what is above the initial margin of 300.
  assert.equal(exchange.apply({ ...adjust, units: -51 * usdt }).reject, "margin_change_too_large");
  must(exchange, { ...adjust, units: -50 * usdt });
  assert.equal(exchange.balances(0)[0]?.cashUnits, 98.5 * usdt);
});

test("a large position comes down tier by tier, and stops as soon as it is safe", () => {
  // 60 000 lots, second tier: 0.5 % + 0.05 %. Cost 180 000, fee 90, backing 5910 of 6000.
  const exchange = holding({ lots: 60_000, units: 6000 * usdt, leverageCenti: 7500 });
  const first = exchange.positions(0)[0]?.liquidationTicks ?? 0;
  // (180 000 - 5910) / (6 * 0.9945) = 29175.46...
  assert.equal(first, 291_754);
  must(exchange, place({ account: 0, side: "buy", priceTicks: 250_000, lots: 10 }));
  // Reduced to the most of the first tier: 0.4 % + 0.05 % of the rest are there.
  assert.deepEqual(markAt(exchange, first), [[60_000, 50_000, 290_295]]);
  assert.equal(exchange.positions(0)[0]?.lots, 50_000);
  assert.equal(exchange.openOrders(0).length, 0);
  assert.equal(exchange.orderHistory({ account: 0, limit: 9 }).at(-1)?.state, "filled");
  const canceled = exchange
    .orderHistory({ account: 0, limit: 9 })
    .find((o) => o.state === "canceled");
  assert.equal(canceled?.cancelReason, "liquidation");
  const [bill] = exchange.bills({ account: 0, limit: 1 });
  assert.equal(bill?.subtype, "partial_liquidation_long");
  // The next fall takes the rest.
  const second = exchange.positions(0)[0]?.liquidationTicks ?? 0;
  assert.ok(second < first);
  assert.equal(markAt(exchange, second).length, 1);
  assert.deepEqual(exchange.positions(0), []);
});

test("the shown liquidation price is the first that liquidates, for any position alone", () => {
  const lots = fc.integer({ min: 1, max: 49_000 }).chain((n) => fc.constantFrom(n, -n));
  fc.assert(
    fc.property(lots, fc.integer({ min: 20, max: 60 }), fc.boolean(), (held, percent, isolated) => {
      const value = Math.abs(held) * 300_000 * 1000;
      const exchange = holding({
        lots: held,
        units: Math.ceil((value * percent) / 1000) + 10,
        marginMode: isolated ? "isolated" : "cross",
        leverageCenti: 10_000,
      });
      const ticks = exchange.positions(0)[0]?.liquidationTicks ?? 0;
      const before = held > 0 ? ticks + 1 : ticks - 1;
      assert.equal(markAt(exchange, before).length, 0);
      assert.ok(markAt(exchange, ticks).length > 0);
    }),
    { seed: 31, numRuns: 150 },
  );
});

test("backing that just suffices is not liquidated", () => {
  const exchange = holding({ lots: 1000, units: 200 * usdt, marginMode: "isolated" });
  // At 29 000.0 it has lost 100 and requires 13.05: with 113.05 of margin it stands.
  must(exchange, {
    type: "adjust_margin",
    timeMs: 0,
    account: 0,
    instrument: 0,
    positionSide: "net",
    units: 83.05 * usdt,
  });
  assert.equal(exchange.positions(0)[0]?.marginUnits, 113.05 * usdt);
  assert.deepEqual(markAt(exchange, 290_000), []);
  assert.equal(markAt(exchange, 289_999).length, 1);
});

test("cross backing that just suffices is not liquidated either", () => {
  // 3000 at 29 000.0: loss 100, required 13.05, fee 1.5.
  const exchange = holding({ lots: 1000, units: 114.55 * usdt });
  assert.deepEqual(markAt(exchange, 290_000), []);
  assert.equal(markAt(exchange, 289_999).length, 1);
});

test("cash that a resting spot order pays away is missed by the positions it backed", () => {
  const exchange = holding({ lots: 1000, units: 200 * usdt });
  must(exchange, { type: "transfer", timeMs: 0, account: 1, currency: "BTC", units: usdt });
  // 120 USDT of the 198.5 that are left after the fee buy 0.004 BTC.
  const spot = { instrument: 1, marginMode: "cash", priceTicks: 300_000, lots: 400_000 } as const;
  must(exchange, place({ ...spot, account: 0, side: "buy" }));
  assert.deepEqual(markAt(exchange, 290_000), []);
  const sold = must(exchange, place({ ...spot, account: 1, side: "sell", timeMs: 1 }));
  // 78.5 of cash less 100 of loss is below what 0.1 BTC requires.
  assert.ok(sold.events.some((event) => event.type === "liquidation" && event.account === 0));
  assert.deepEqual(exchange.positions(0), []);
});
