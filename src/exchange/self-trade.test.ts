import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { StpMode } from "./api/command.ts";
import type { ExchangeEvent } from "./api/event.ts";
import { anExchange, must, place } from "./fixtures/specs.ts";

const modes = ["cancel_maker", "cancel_taker", "cancel_both"] as const;

/** Two agents of account 0 (tags 1 and 2), and account 1 behind the first of them. */
function crossing(stpMode: StpMode, byOrder: boolean): readonly ExchangeEvent[] {
  const exchange = anExchange({ stpMode: byOrder ? "cancel_maker" : stpMode });
  must(exchange, place({ account: 0, side: "sell", priceTicks: 300_000, lots: 10, tag: 1 }));
  must(exchange, place({ account: 1, side: "sell", priceTicks: 300_001, lots: 10 }));
  const taker = place({ account: 0, side: "buy", priceTicks: 300_001, lots: 15, tag: 2 });
  return must(exchange, byOrder ? { ...taker, stpMode } : taker).events;
}

for (const byOrder of [false, true]) {
  test(`agents of one account never trade; mode by ${byOrder ? "order" : "account"}`, () => {
    const ended = (events: readonly ExchangeEvent[]): readonly unknown[] =>
      events.flatMap((event) =>
        event.type === "order_canceled" ? [[event.order.tag, event.reason]] : [],
      );
    const traded = (events: readonly ExchangeEvent[]): number =>
      events.reduce((sum, event) => sum + (event.type === "trade" ? event.trade.lots : 0), 0);
    const maker = crossing("cancel_maker", byOrder);
    assert.deepEqual(ended(maker), [[1, "stp_maker"]]);
    // The maker gone, the taker reaches the other account.
    assert.equal(traded(maker), 10);
    const taker = crossing("cancel_taker", byOrder);
    assert.deepEqual(ended(taker), [[2, "stp_taker"]]);
    assert.equal(traded(taker), 0);
    const both = crossing("cancel_both", byOrder);
    assert.deepEqual(ended(both), [
      [1, "stp_maker"],
      [2, "stp_taker"],
    ]);
    assert.equal(traded(both), 0);
    for (const [index, events] of [maker, taker, both].entries()) {
      const prevented = events.find((event) => event.type === "self_trade_prevented");
      assert.deepEqual(prevented, {
        type: "self_trade_prevented",
        account: 0,
        instrument: 0,
        mode: modes[index],
        takerOrderId: 3,
        makerOrderId: 1,
        lots: 10,
        priceTicks: 300_000,
      });
    }
  });
}

test("a FOK order counts no lots of its own account", () => {
  const fill = (stpMode: StpMode): string | undefined => {
    const exchange = anExchange({ stpMode });
    must(exchange, place({ account: 0, side: "sell", priceTicks: 300_000, lots: 10 }));
    must(exchange, place({ account: 1, side: "sell", priceTicks: 300_001, lots: 10 }));
    const fok = { account: 0, side: "buy", priceTicks: 300_001, orderType: "fok" } as const;
    must(exchange, place({ ...fok, lots: 11 }));
    assert.equal(exchange.order(3)?.cancelReason, "fok_not_filled");
    must(exchange, place({ ...fok, lots: 10 }));
    return exchange.order(4)?.state;
  };
  assert.equal(fill("cancel_maker"), "filled");
  assert.equal(fill("cancel_taker"), "canceled");
});

test("whatever many agents of few accounts send, no trade has one account on both sides", () => {
  const order = fc.record({
    account: fc.nat(2),
    side: fc.constantFrom("buy" as const, "sell" as const),
    priceTicks: fc.integer({ min: 299_995, max: 300_005 }),
    lots: fc.integer({ min: 1, max: 50 }),
    tag: fc.nat(9),
    orderType: fc.constantFrom("limit" as const, "ioc" as const, "fok" as const),
    stpMode: fc.constantFrom("cancel_maker" as const, "cancel_taker" as const),
  });
  fc.assert(
    fc.property(fc.array(order, { minLength: 20, maxLength: 120 }), (orders) => {
      const exchange = anExchange({ accounts: 3 });
      for (const each of orders) {
        const { events } = must(exchange, place(each));
        const sides = new Map<number, number>();
        for (const event of events) {
          if (event.type !== "fill") continue;
          const { tradeId, account } = event.fill;
          assert.notEqual(sides.get(tradeId), account);
          sides.set(tradeId, account);
        }
      }
    }),
    { seed: 11, numRuns: 100 },
  );
});
