import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "./api/exchange.ts";
import { anExchange, must, place } from "./fixtures/specs.ts";
import { RowRing } from "./ledger/row-ring.ts";
import { VenueMoney } from "./ledger/venue-money.ts";

const keep = { orders: 1024, fills: 1024, bills: 1024, trades: 1024 };

/** `n` trades of one lot between accounts 0 and 1. */
function trades(exchange: Exchange, n: number): void {
  for (let k = 0; k < n; k += 1) {
    must(exchange, place({ account: 0, side: "sell", priceTicks: 300_000, lots: 1 }));
    must(exchange, place({ account: 1, side: "buy", priceTicks: 300_000, lots: 1 }));
  }
}

test("history keeps the latest rows; an order that rests is kept however old it is", () => {
  const exchange = anExchange({ config: { history: keep } });
  must(exchange, place({ account: 0, side: "buy", priceTicks: 250_000, lots: 7, clientId: "old" }));
  trades(exchange, 3000);
  assert.equal(exchange.orderByClientId(0, "old")?.state, "live");
  assert.equal(exchange.order(2), null);
  assert.equal(exchange.order(6001)?.state, "filled");
  assert.equal(exchange.fills({ account: 1, limit: 9999 }).length, 512);
  const ended = [0, 1].map((account) => exchange.orderHistory({ account, limit: 9999 }).length);
  assert.equal((ended[0] ?? 0) + (ended[1] ?? 0), 1023);
  must(exchange, { type: "cancel", timeMs: 1, account: 0, orderId: 1 });
  assert.equal(exchange.order(1)?.state, "canceled");
});

test("the ring of orders grows under open orders without losing queue or list", () => {
  const exchange = anExchange({
    config: { history: keep, maxOpenOrders: 9000, maxOpenOrdersPerInstrument: 9000 },
  });
  for (let k = 0; k < 5000; k += 1) {
    must(exchange, place({ account: 0, side: "sell", priceTicks: 300_000 + (k % 3), lots: 1 }));
  }
  const ids = exchange.openOrders(0).map((order) => order.id);
  assert.deepEqual(
    ids,
    Array.from({ length: 5000 }, (_none, k) => k + 1),
  );
  const sweep = must(exchange, place({ account: 1, side: "buy", priceTicks: 300_001, lots: 900 }));
  const makers = sweep.events.flatMap((event) =>
    event.type === "fill" && event.fill.liquidity === "maker" ? [event.fill.orderId] : [],
  );
  assert.deepEqual(
    makers,
    Array.from({ length: 900 }, (_none, k) => 1 + 3 * k),
  );
  must(exchange, { type: "cancel_all", timeMs: 1, account: 0 });
  assert.deepEqual(exchange.book(0, 9).asks, []);
});

test("pages walk back from a cursor, filtered, without gap or repetition", () => {
  const exchange = anExchange();
  trades(exchange, 50);
  const all: number[] = [];
  for (let olderThan: number | undefined; ; ) {
    const page = exchange.fills({
      account: 1,
      limit: 7,
      ...(olderThan === undefined ? {} : { olderThan }),
    });
    if (page.length === 0) break;
    all.push(...page.map((fill) => fill.id));
    olderThan = page.at(-1)?.id;
  }
  assert.equal(all.length, 50);
  assert.deepEqual(
    all,
    all.toSorted((a, b) => b - a),
  );
  assert.equal(exchange.fills({ account: 1, limit: 99, newerThan: all[4] ?? 0 }).length, 4);
  assert.equal(exchange.bills({ account: 1, limit: 99, orderId: 2 }).length, 1);
  assert.equal(exchange.fills({ account: 1, limit: 99, instrument: 1 }).length, 0);
  assert.equal(exchange.trades(0, 5).length, 5);
});

test("a row ring finds what it keeps and nothing else", () => {
  const ring = new RowRing(2, 1024);
  for (let k = 1; k <= 5000; k += 1) {
    const at = ring.append();
    ring.numbers[at] = k;
  }
  assert.equal(ring.firstId, 3977);
  assert.equal(ring.numbers[ring.find(3977)], 3977);
  assert.equal(ring.numbers[ring.find(5000)], 5000);
  assert.deepEqual([ring.find(3976), ring.find(5001), ring.find(0)], [-1, -1, -1]);
});

test("the venue's sums stay exact beyond 2^53", () => {
  const money = new VenueMoney(1);
  const step = 4_503_599_627_370_495;
  for (let k = 0; k < 1001; k += 1) money.add(0, 0, step);
  money.add(0, 0, -7);
  assert.equal(money.exact(0, 0), BigInt(step) * 1001n - 7n);
});
