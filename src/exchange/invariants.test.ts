import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Exchange, Outcome } from "./api/exchange.ts";
import type { OrderView, PositionView } from "./api/view.ts";
import { anExchange, must } from "./fixtures/specs.ts";
import { mixes } from "./oracle/mixes.ts";
import { type Mix, randomCommands } from "./oracle/random-commands.ts";

/** A stretch of a random market; `look` sees each outcome. */
function play(
  mix: Mix,
  commands: number,
  look: (exchange: Exchange, outcome: Outcome) => void,
): Exchange {
  const exchange = anExchange({ accounts: mix.accounts, units: mix.units });
  const next = randomCommands(mix);
  let ids = 0;
  for (let step = 0; step < commands; step += 1) {
    const open = [...Array(mix.accounts).keys()].flatMap((account) => exchange.openOrders(account));
    const outcome = exchange.apply(next(open, ids, step));
    ids = Math.max(ids, outcome.orderId ?? 0);
    look(exchange, outcome);
  }
  return exchange;
}

function ordersOf(outcome: Outcome): readonly OrderView[] {
  return outcome.events.flatMap((event) => ("order" in event ? [event.order] : []));
}

const anyMix = fc
  .record({ seed: fc.nat(1_000_000), which: fc.nat(mixes.length - 1) })
  .map(({ seed, which }): Mix => ({ ...mixes[which]?.mix, seed, hedge: false }) as Mix);

test("post only never takes, FOK is all or nothing, nothing fills beyond its size or price", () => {
  fc.assert(
    fc.property(anyMix, (mix) => {
      play(mix, 150, (_exchange, outcome) => {
        for (const event of outcome.events) {
          if (event.type !== "fill" || event.order.origin === "liquidation") continue;
          const { order, fill } = event;
          if (order.orderType === "post_only") assert.equal(fill.liquidity, "maker");
          assert.ok(order.filledLots <= order.lots);
          const limit = order.priceTicks ?? fill.priceTicks;
          const better = order.side === "buy" ? fill.priceTicks <= limit : fill.priceTicks >= limit;
          assert.ok(better, "not worse than the limit");
        }
        for (const order of ordersOf(outcome)) {
          if (order.orderType !== "fok" || order.state !== "canceled") continue;
          assert.equal(order.filledLots, 0);
        }
      });
    }),
    { seed: 21, numRuns: 60 },
  );
});

test("an order that only reduces never makes a position larger nor turns it", () => {
  fc.assert(
    fc.property(anyMix, (mix) => {
      const held = new Map<string, number>();
      const keyOf = (at: Pick<PositionView, "account" | "instrument" | "marginMode">): string =>
        `${at.account} ${at.instrument} ${at.marginMode}`;
      play(mix, 150, (_exchange, outcome) => {
        for (const event of outcome.events) {
          if (event.type !== "fill" || event.fill.marginMode === "cash") continue;
          const before = held.get(keyOf(event.fill)) ?? 0;
          const after = before + (event.fill.side === "buy" ? 1 : -1) * event.fill.lots;
          held.set(keyOf(event.fill), after);
          if (!event.order.reduceOnly) continue;
          assert.ok(
            Math.abs(after) < Math.abs(before) && after * before >= 0,
            `${before} ${after}`,
          );
        }
      });
    }),
    { seed: 22, numRuns: 60 },
  );
});

test("bills tell every change of every balance, and money is conserved throughout", () => {
  fc.assert(
    fc.property(anyMix, (mix) => {
      const cash = new Map<string, number>();
      const margin = new Map<string, number>();
      const add = (sums: Map<string, number>, key: string, units: number): number => {
        const sum = (sums.get(key) ?? 0) + units;
        sums.set(key, sum);
        return sum;
      };
      for (let account = 0; account < mix.accounts; account += 1) {
        add(cash, `${account} USDT`, mix.units);
      }
      const exchange = play(mix, 150, (_exchange, { events }) => {
        for (const event of events) {
          if (event.type !== "bill") continue;
          const { bill } = event;
          const key = `${bill.account} ${bill.currency}`;
          assert.equal(add(cash, key, bill.changeUnits), bill.balanceUnits);
          add(margin, key, bill.positionChangeUnits);
        }
      });
      for (let account = 0; account < mix.accounts; account += 1) {
        const isolated = exchange
          .positions(account)
          .reduce((sum, position) => sum + position.marginUnits, 0);
        assert.equal(margin.get(`${account} USDT`) ?? 0, isolated);
        for (const balance of exchange.balances(account)) {
          assert.equal(cash.get(`${account} ${balance.currency}`) ?? 0, balance.cashUnits);
        }
      }
      for (const { units, clearingUnits } of exchange.conservation()) {
        assert.deepEqual([units, clearingUnits], [0n, 0n]);
      }
    }),
    { seed: 23, numRuns: 40 },
  );
});

test("when all is cancelled and closed, no margin is held and clearing is square", () => {
  fc.assert(
    fc.property(anyMix, (mix) => {
      const exchange = play(mix, 120, () => undefined);
      const timeMs = 1000;
      for (let account = 0; account < mix.accounts; account += 1) {
        must(exchange, { type: "cancel_all", timeMs, account });
      }
      must(exchange, {
        type: "set_outside",
        timeMs,
        instrument: 0,
        snapshot: true,
        levels: [
          { side: "buy", priceTicks: mix.middle - 1, lots: 1e9 },
          { side: "sell", priceTicks: mix.middle + 1, lots: 1e9 },
        ],
      });
      for (let account = 0; account < mix.accounts; account += 1) {
        while (exchange.positions(account).length > 0) {
          const [{ instrument, marginMode, positionSide }] = exchange.positions(account) as [
            PositionView,
          ];
          const close = {
            type: "close_position",
            account,
            instrument,
            marginMode,
            positionSide,
          } as const;
          must(exchange, { ...close, timeMs });
        }
        for (const balance of exchange.balances(account)) {
          assert.equal(balance.frozenUnits, 0);
          assert.equal(balance.initialMarginUnits, 0);
          assert.equal(balance.maintenanceMarginUnits, 0);
          assert.equal(balance.unrealizedUnits, 0);
          assert.equal(balance.isolatedEquityUnits, 0);
          assert.equal(balance.equityUnits, balance.cashUnits);
          assert.ok(balance.cashUnits >= 0);
        }
      }
      assert.ok(
        exchange.conservation().every((sum) => sum.clearingUnits === 0n && sum.units === 0n),
      );
    }),
    { seed: 24, numRuns: 60 },
  );
});

test("the same commands give the same state and the same events", () => {
  for (const { mix } of mixes) {
    const run = (): readonly [string, string] => {
      const told: string[] = [];
      const exchange = play({ ...mix, seed: 77, hedge: false }, 400, (_exchange, outcome) => {
        told.push(JSON.stringify(outcome));
      });
      return [exchange.digest(), told.join("\n")];
    };
    const [[digest, events], [again, eventsAgain]] = [run(), run()];
    assert.equal(digest, again);
    assert.equal(events, eventsAgain);
  }
});
