import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange, Outcome } from "./api/exchange.ts";
import { anExchange, must, place } from "./fixtures/specs.ts";

const kinds = (outcome: Outcome): readonly string[] =>
  outcome.events
    .map((event) => (event.type === "order_canceled" ? `canceled:${event.reason}` : event.type))
    .filter((kind) => !["balance", "position", "book", "bill"].includes(kind));

/** Maker ids in the order in which a large taker meets them. */
function makersInOrder(exchange: Exchange): readonly number[] {
  const sweep = must(exchange, place({ account: 1, side: "buy", lots: 10_000, timeMs: 9 }));
  return sweep.events.flatMap((event) =>
    event.type === "fill" && event.fill.liquidity === "maker" ? [event.fill.orderId] : [],
  );
}

test("better prices trade first, and earlier orders of a price before later ones", () => {
  const exchange = anExchange();
  for (const priceTicks of [300_002, 300_001, 300_002, 300_000]) {
    must(exchange, place({ account: 0, side: "sell", priceTicks, lots: 10 }));
  }
  assert.deepEqual(makersInOrder(exchange), [4, 2, 1, 3]);
});

test("a smaller size keeps its place; a larger one or another price goes to the end", () => {
  const exchange = anExchange();
  for (let k = 0; k < 4; k += 1) {
    must(exchange, place({ account: 0, side: "sell", priceTicks: 300_000, lots: 10 }));
  }
  const amend = { type: "amend", timeMs: 1, account: 0 } as const;
  must(exchange, { ...amend, orderId: 1, lots: 5 });
  must(exchange, { ...amend, orderId: 2, lots: 20 });
  must(exchange, { ...amend, orderId: 3, priceTicks: 300_001 });
  must(exchange, { ...amend, orderId: 3, priceTicks: 300_000 });
  assert.deepEqual(makersInOrder(exchange), [1, 4, 2, 3]);
});

test("an amended order trades when its new price crosses, unless it is post only", () => {
  const exchange = anExchange();
  must(exchange, place({ account: 0, side: "sell", priceTicks: 300_010, lots: 10 }));
  must(exchange, place({ account: 1, side: "buy", priceTicks: 299_990, lots: 4 }));
  const post = { account: 1, side: "buy", priceTicks: 299_990, lots: 4 } as const;
  must(exchange, place({ ...post, orderType: "post_only" }));
  const amend = { type: "amend", timeMs: 1, account: 1, priceTicks: 300_010 } as const;
  const crossed = must(exchange, { ...amend, orderId: 2 });
  assert.deepEqual(kinds(crossed), ["order_amended", "trade", "fill", "fill"]);
  assert.equal(exchange.order(2)?.state, "filled");
  const refused = must(exchange, { ...amend, orderId: 3 });
  assert.deepEqual(kinds(refused), ["order_amended", "canceled:post_only_would_take"]);
});

test("an amend that is refused leaves the order, or cancels it where asked", () => {
  const exchange = anExchange();
  must(exchange, place({ account: 0, side: "buy", priceTicks: 299_000, lots: 100 }));
  must(exchange, place({ account: 1, side: "sell", priceTicks: 299_000, lots: 40 }));
  const amend = { type: "amend", timeMs: 1, account: 0, orderId: 1 } as const;
  assert.equal(exchange.apply({ ...amend, lots: 40 }).reject, "amend_size_not_above_filled");
  assert.equal(exchange.apply({ ...amend, lots: 100 }).reject, "amend_same");
  assert.equal(exchange.apply({ ...amend, lots: 400_000 }).reject, "insufficient_margin");
  assert.equal(exchange.order(1)?.state, "partially_filled");
  assert.equal(exchange.order(1)?.lots, 100);
  const last = exchange.apply({ ...amend, lots: 400_000, cancelOnFail: true });
  assert.equal(last.reject, "insufficient_margin");
  assert.equal(exchange.order(1)?.cancelReason, "amend_failed");
});

test("post only, FOK, IOC and market orders end as their names say", () => {
  const exchange = anExchange();
  must(exchange, place({ account: 0, side: "sell", priceTicks: 300_000, lots: 10 }));
  const taker = { account: 1, side: "buy", priceTicks: 300_000 } as const;
  const post = must(exchange, place({ ...taker, lots: 1, orderType: "post_only" }));
  assert.deepEqual(kinds(post), ["order_accepted", "canceled:post_only_would_take"]);
  const tooLarge = must(exchange, place({ ...taker, lots: 11, orderType: "fok" }));
  assert.deepEqual(kinds(tooLarge), ["order_accepted", "canceled:fok_not_filled"]);
  const fok = must(exchange, place({ ...taker, lots: 4, orderType: "fok" }));
  assert.equal(exchange.order(fok.orderId ?? 0)?.state, "filled");
  const ioc = must(exchange, place({ ...taker, lots: 9, orderType: "ioc" }));
  assert.equal(exchange.order(ioc.orderId ?? 0)?.filledLots, 6);
  assert.equal(exchange.order(ioc.orderId ?? 0)?.cancelReason, "ioc_remainder");
  const market = must(exchange, place({ account: 1, side: "buy", lots: 3 }));
  assert.deepEqual(kinds(market), ["order_accepted", "canceled:market_remainder"]);
  assert.equal(exchange.book(0, 1).asks.length, 0);
});

test("a taker meets a bounded number of makers", () => {
  const exchange = anExchange({ config: { maxMakersPerTaker: 3 } });
  for (let k = 0; k < 5; k += 1) {
    must(exchange, place({ account: 0, side: "sell", priceTicks: 300_000, lots: 1 }));
  }
  const fok = place({ account: 1, side: "buy", priceTicks: 300_000, lots: 5, orderType: "fok" });
  assert.equal(exchange.order(must(exchange, fok).orderId ?? 0)?.cancelReason, "fok_not_filled");
  const limit = must(exchange, place({ account: 1, side: "buy", priceTicks: 300_000, lots: 5 }));
  assert.equal(exchange.order(limit.orderId ?? 0)?.cancelReason, "too_many_makers");
  assert.equal(exchange.order(limit.orderId ?? 0)?.filledLots, 3);
});

test("a spot market buy by amount spends no more than the amount", () => {
  const exchange = anExchange();
  must(exchange, { type: "transfer", timeMs: 0, account: 0, currency: "BTC", units: 100_000_000 });
  const spot = { instrument: 1, marginMode: "cash" } as const;
  must(exchange, place({ ...spot, account: 0, side: "sell", priceTicks: 300_001, lots: 50_000 }));
  must(exchange, place({ ...spot, account: 0, side: "sell", priceTicks: 300_003, lots: 50_000 }));
  const before = exchange.balances(1)[0]?.cashUnits ?? 0;
  const quoteUnits = 2_000_000_000;
  const buy = must(exchange, place({ ...spot, account: 1, side: "buy", lots: null, quoteUnits }));
  const spent =
    before - (exchange.balances(1).find((row) => row.currency === "USDT")?.cashUnits ?? 0);
  // 50 000 lots cost 1 500 005 000; 499 995 000 buy 16 666 lots at 300 003.
  assert.equal(exchange.order(buy.orderId ?? 0)?.lots, 66_666);
  assert.equal(exchange.order(buy.orderId ?? 0)?.state, "filled");
  assert.ok(spent <= quoteUnits && quoteUnits - spent < 30_001, `${spent}`);
});

test("cancel_all_after cancels at its time and not before, and can be stopped", () => {
  const exchange = anExchange();
  must(exchange, place({ account: 0, side: "buy", priceTicks: 299_000, lots: 1 }));
  must(exchange, { type: "cancel_all_after", timeMs: 0, account: 0, timeoutMs: 10_000 });
  assert.equal(exchange.nextTimerMs(), 10_000);
  must(exchange, { type: "tick", timeMs: 9999 });
  assert.equal(exchange.openOrders(0).length, 1);
  const due = must(exchange, { type: "tick", timeMs: 10_000 });
  assert.deepEqual(kinds(due), ["canceled:cancel_all_after"]);
  must(exchange, place({ account: 0, side: "buy", priceTicks: 299_000, lots: 1, timeMs: 10_000 }));
  must(exchange, { type: "cancel_all_after", timeMs: 10_000, account: 0, timeoutMs: 10_000 });
  must(exchange, { type: "cancel_all_after", timeMs: 10_000, account: 0, timeoutMs: 0 });
  must(exchange, { type: "tick", timeMs: 99_000 });
  assert.equal(exchange.openOrders(0).length, 1);
});

test("a timer of a tag cancels the orders of that tag, and no other timer knows of it", () => {
  const exchange = anExchange();
  const rest = { account: 0, side: "buy", priceTicks: 299_000, lots: 1 } as const;
  const after = { type: "cancel_all_after", account: 0 } as const;
  const tags = (): readonly number[] => exchange.openOrders(0).map(({ tag }) => tag);
  for (const tag of [7, 8, 9, 0]) must(exchange, place({ ...rest, tag }));
  must(exchange, { ...after, timeMs: 0, timeoutMs: 20_000, tag: 7 });
  must(exchange, { ...after, timeMs: 0, timeoutMs: 10_000, tag: 8 });
  must(exchange, { ...after, timeMs: 0, timeoutMs: 15_000, tag: 9 });
  must(exchange, { ...after, timeMs: 1000, timeoutMs: 30_000 });
  assert.equal(exchange.nextTimerMs(), 10_000);
  const due = must(exchange, { type: "tick", timeMs: 10_000 });
  assert.deepEqual(kinds(due), ["canceled:cancel_all_after"]);
  assert.deepEqual(tags(), [7, 9, 0]);
  must(exchange, { ...after, timeMs: 11_000, timeoutMs: 0, tag: 9 });
  must(exchange, { type: "tick", timeMs: 25_000 });
  assert.deepEqual(tags(), [9, 0]);
  must(exchange, { type: "tick", timeMs: 31_000 });
  assert.deepEqual(tags(), []);
  assert.equal(exchange.nextTimerMs(), null);
});

test("an account has twenty timers by tag, and moves or stops each", () => {
  const exchange = anExchange();
  const after = { type: "cancel_all_after", timeMs: 0, account: 0, timeoutMs: 10_000 } as const;
  for (let tag = 1; tag <= 20; tag += 1) must(exchange, { ...after, tag });
  assert.equal(exchange.apply({ ...after, tag: 21 }).reject, "timer_limit");
  must(exchange, { ...after, account: 1, tag: 21 });
  must(exchange, { ...after, tag: 20, timeoutMs: 30_000 });
  const before = exchange.digest();
  must(exchange, { ...after, tag: 5, timeoutMs: 0 });
  assert.notEqual(exchange.digest(), before);
  must(exchange, { ...after, tag: 21 });
});

test("a client id names one order; whether it may come again is the exchange's choice", () => {
  const order = place({ account: 0, side: "buy", priceTicks: 299_000, lots: 1, clientId: "a1" });
  for (const [clientIdReuse, again] of [
    ["never", "duplicate_client_id"],
    ["after_end", null],
  ] as const) {
    const exchange = anExchange({ config: { clientIdReuse } });
    must(exchange, order);
    assert.equal(exchange.apply(order).reject, "duplicate_client_id");
    assert.equal(exchange.openOrders(0).length, 1);
    must(exchange, { type: "cancel", timeMs: 1, account: 0, orderId: 1 });
    assert.equal(exchange.apply({ ...order, timeMs: 1 }).reject, again);
    // Another account may use the same name.
    must(exchange, { ...order, timeMs: 1, account: 1 });
    assert.equal(exchange.orderByClientId(1, "a1")?.account, 1);
  }
});

test("closing a position waits for nothing, or takes resting closing orders with it", () => {
  const exchange = anExchange();
  must(exchange, place({ account: 1, side: "sell", priceTicks: 300_000, lots: 50 }));
  must(exchange, place({ account: 0, side: "buy", priceTicks: 300_000, lots: 50 }));
  const closing = { account: 0, side: "sell", priceTicks: 301_000, lots: 20 } as const;
  must(exchange, place({ ...closing, reduceOnly: true }));
  const close = {
    type: "close_position",
    timeMs: 1,
    account: 0,
    instrument: 0,
    marginMode: "cross",
    positionSide: "net",
  } as const;
  assert.equal(exchange.apply(close).reject, "pending_close_orders");
  must(exchange, place({ account: 1, side: "buy", priceTicks: 299_900, lots: 100, timeMs: 1 }));
  const closed = must(exchange, { ...close, autoCancel: true });
  assert.equal(kinds(closed)[0], "canceled:reduce_only");
  assert.equal(exchange.order(closed.orderId ?? 0)?.origin, "close_position");
  assert.deepEqual(exchange.positions(0), []);
  assert.equal(exchange.apply(close).reject, "no_position");
});

test("a FOK order counts on closing orders only for what will be left to close", () => {
  const exchange = anExchange();
  must(exchange, place({ account: 1, side: "sell", priceTicks: 300_000, lots: 10 }));
  must(exchange, place({ account: 0, side: "buy", priceTicks: 300_000, lots: 10 }));
  // Ten lots are held, and offered twice: to sell, and to close.
  const sell = { account: 0, side: "sell", priceTicks: 300_000, lots: 10 } as const;
  must(exchange, place(sell));
  must(exchange, place({ ...sell, reduceOnly: true }));
  const fok = { account: 1, side: "buy", priceTicks: 300_000, orderType: "fok" } as const;
  must(exchange, place({ ...fok, lots: 20 }));
  assert.equal(exchange.order(5)?.cancelReason, "fok_not_filled");
  must(exchange, place({ ...fok, lots: 10 }));
  assert.equal(exchange.order(6)?.state, "filled");
  assert.equal(exchange.order(4)?.cancelReason, "reduce_only");
});
