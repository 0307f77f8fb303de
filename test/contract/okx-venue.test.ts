import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, algoKinds, type Page, type PageQuery, placeSubject } from "#venues";
import { anOrder, openBench, permitFor, swap, ways } from "./okx-venue-bench.ts";

for (const way of ways) {
  test(`${way}: market and account can be read`, async () => {
    await using bench = await openBench(way);
    const { client, venue } = bench;
    assert.equal(value(await client.serverTime()), venue.clock.nowMs());
    const instrument = value(await client.instrument(swap));
    assert.deepEqual(
      [instrument.tickSz, instrument.lotSz, instrument.ctVal, instrument.state],
      ["0.1", "0.01", "0.01", "live"],
    );
    const book = value(await client.book(swap, 5));
    const ticker = value(await client.ticker(swap));
    assert.equal(book.bids.length, 5);
    assert.equal(book.bids[0]?.px, ticker.bidPx);
    assert.ok(Number(book.bids[0]?.px) < Number(book.asks[0]?.px));
    assert.equal(value(await client.candles(swap, "1m", 3)).length, 3);
    assert.ok(Number(value(await client.markPrice(swap)).px) > 0);
    assert.ok(Number(value(await client.indexPrice(swap)).px) > 0);
    assert.deepEqual(value(await client.systemStatus()), []);
    assert.ok(value(await client.fundingRate(swap)).fundingMs > venue.clock.nowMs());

    const config = value(await client.accountConfig());
    assert.equal(config.demo, true);
    assert.deepEqual([...config.permissions].sort(), ["read_only", "trade"]);
    assert.equal(value(await client.balance("USDT")).cashBal, "100000");
    assert.deepEqual(value(await client.positions(swap)), []);
    assert.deepEqual(value(await client.openOrders(swap)), []);
    for (const kind of algoKinds) {
      assert.deepEqual(value(await client.openAlgoOrders(swap, kind)), []);
    }
    assert.ok(Number(value(await client.feeRates(swap)).taker) < 0);
    const change = { instId: swap, marginMode: "cross", lever: "5", posSide: "net" } as const;
    assert.equal(value(await client.setLeverage(change))[0]?.lever, "5");
    assert.equal(value(await client.leverage(swap, "cross"))[0]?.lever, "5");
  });

  test(`${way}: an order rests, is changed, is cancelled, and is told of to the end`, async () => {
    await using bench = await openBench(way);
    const { client } = bench;
    const ack = value(await bench.place(anOrder({ clOrdId: "rest1", stpMode: "cancel_both" })));
    assert.equal(ack.clOrdId, "rest1");
    const by = { clOrdId: "rest1" };
    const live = value(await client.order(swap, by));
    assert.deepEqual(
      [live.ordId, live.state, live.px, live.sz, live.accFillSz, live.stpMode],
      [ack.ordId, "live", "1000", "1", "0", "cancel_both"],
    );
    assert.deepEqual(value(await client.openOrders(swap)), [live]);

    const change = { instId: swap, by, newSz: "2", newPx: "1000.5", expTimeMs: null };
    assert.equal(value(await bench.amend(change)).ordId, ack.ordId);
    const amended = value(await client.order(swap, { ordId: ack.ordId }));
    assert.deepEqual([amended.px, amended.sz, amended.state], ["1000.5", "2", "live"]);

    value(await client.cancel(swap, by));
    const ended = value(await client.order(swap, by));
    assert.deepEqual([ended.state, ended.cancelSource], ["canceled", "1"]);
    assert.deepEqual(value(await client.openOrders(swap)), []);
    assert.deepEqual(refused(await client.cancel(swap, by)), ["refused", "order_not_open"]);
  });

  test(`${way}: a fill is told by order, fill, bill and position alike`, async () => {
    await using bench = await openBench(way);
    const { client } = bench;
    const market = { ordType: "market", px: null, sz: "0.5" } as const;
    const ack = value(await bench.place(anOrder({ clOrdId: "open1", ...market })));
    const order = value(await client.order(swap, { ordId: ack.ordId }));
    assert.deepEqual([order.state, order.accFillSz], ["filled", "0.5"]);

    const fills = value(await client.fillsPage(wholeWindow(100))).rows;
    assert.ok(fills.length > 0 && fills.every((fill) => fill.ordId === ack.ordId));
    assert.equal(sum(fills.map((fill) => fill.fillSz)), 0.5);
    assert.ok(fills.every((fill) => fill.execType === "taker" && Number(fill.fee) < 0));
    const bills = value(await client.billsPage(wholeWindow(100))).rows;
    const byId = new Map(bills.map((bill) => [bill.billId, bill]));
    for (const fill of fills) {
      const bill = byId.get(fill.billId);
      assert.deepEqual([bill?.ordId, bill?.tradeId], [fill.ordId, fill.tradeId]);
      assert.equal(Number(bill?.fee), Number(fill.fee));
    }
    const [position] = value(await client.positions(swap));
    assert.deepEqual([position?.pos, position?.posSide], ["0.5", "net"]);

    const close = { ...market, side: "sell", reduceOnly: true } as const;
    value(await bench.place(anOrder({ clOrdId: "close1", ...close })));
    assert.deepEqual(value(await client.positions(swap)), []);
    const again = await bench.place(anOrder({ clOrdId: "close2", ...close }));
    assert.deepEqual(refused(again), ["refused", "no_position_to_close"]);
  });

  test(`${way}: pages join without a gap or a row twice`, async () => {
    await using bench = await openBench(way);
    const { client } = bench;
    for (let turn = 0; turn < 5; turn += 1) {
      const side = turn % 2 === 0 ? "buy" : "sell";
      const order = { ordType: "market", px: null, sz: "0.01", side } as const;
      value(await bench.place(anOrder({ clOrdId: `page${turn}`, ...order })));
    }
    const reads: readonly ((query: PageQuery) => Promise<Answer<Page<unknown>>>)[] = [
      async (query) => client.ordersHistoryPage(query),
      async (query) => client.fillsPage(query),
      async (query) => client.billsPage(query),
    ];
    for (const read of reads) {
      const all = value(await read(wholeWindow(100))).rows;
      assert.ok(all.length >= 5);
      const joined: unknown[] = [];
      let after: string | null = null;
      do {
        const page: Page<unknown> = value(await read({ ...wholeWindow(2), after }));
        joined.push(...page.rows);
        after = page.next;
      } while (after !== null && joined.length < 1000);
      assert.deepEqual(joined, all);
    }
  });

  test(`${way}: what is wrong is refused with its reason, and nothing changes`, async () => {
    await using bench = await openBench(way);
    const { place, venue } = bench;
    value(await place(anOrder({ clOrdId: "first" })));
    const market = { ordType: "market", px: null } as const;
    const wrong = [
      [{ clOrdId: "first" }, "duplicate_client_order_id"],
      [{ clOrdId: "lot", sz: "0.015" }, "lot_size_invalid"],
      [{ clOrdId: "tick", px: "1000.05" }, "param_invalid"],
      [{ clOrdId: "rich", sz: "1000000" }, null],
      [{ clOrdId: "where", instId: "NIX-USDT-SWAP" }, "instrument_unknown"],
      [{ clOrdId: "not-letters" }, "param_invalid"],
      [{ clOrdId: "much", sz: "9000", px: "60000" }, null],
      [{ clOrdId: "reduce", reduceOnly: true, ...market }, "no_position_to_close"],
      [{ clOrdId: "late", expTimeMs: 1_500_000_000_000 }, "request_expired"],
    ] as const;
    for (const [change, code] of wrong) {
      const answer = await place(anOrder(change));
      assert.ok(!answer.ok, change.clOrdId);
      assert.equal(answer.failure.kind, "refused", JSON.stringify(answer.failure));
      if (code !== null) assert.equal(answer.failure.code, code, JSON.stringify(answer.call));
    }
    assert.equal(venue.oracle.acceptedCount(), 1);
    const missing = await bench.client.order(swap, { clOrdId: "nobody" });
    assert.deepEqual(refused(missing), ["refused", "order_not_found"]);
  });

  test(`${way}: a key opens what it may and no more`, async () => {
    await using bench = await openBench(way);
    const { trader, auditor } = bench.keys;
    const order = anOrder({ clOrdId: "a1" });
    const reader = await bench.as(auditor);
    value(await reader.balance("USDT"));
    const placed = await reader.place(permitFor(placeSubject(order)), order);
    assert.deepEqual(refused(placed), ["refused", "permission_denied"]);
    const forger = await bench.as({ ...trader, secret: "wrong" });
    assert.deepEqual(refused(await forger.balance("USDT")), ["refused", "invalid_api_key"]);
    const stranger = await bench.as({ ...trader, apiKey: "nobody" });
    assert.deepEqual(refused(await stranger.balance("USDT")), ["refused", "invalid_api_key"]);
    const misled = await bench.as(trader, { demo: false });
    assert.deepEqual(refused(await misled.balance("USDT")), ["refused", "environment_mismatch"]);
    assert.equal(bench.venue.oracle.acceptedCount(), 0);
  });

  test(`${way}: a permit is spent by one write`, async () => {
    await using bench = await openBench(way);
    const order = anOrder({ clOrdId: "once" });
    const permit = permitFor(placeSubject(order));
    const other = anOrder({ clOrdId: "other" });
    value(await bench.client.place(permit, order));
    const again = await bench.client.place(permit, order);
    assert.deepEqual(refused(again), ["not_sent", "permit_spent"]);
    const stray = await bench.client.place(permitFor(placeSubject(order)), other);
    assert.deepEqual(refused(stray), ["not_sent", "permit_of_other_order"]);
    assert.equal(bench.venue.oracle.acceptedCount(), 1);
  });

  test(`${way}: the venue's own timer cancels what rests`, async () => {
    await using bench = await openBench(way);
    const { client, venue } = bench;
    value(await bench.place(anOrder({ clOrdId: "rest1" })));
    const timer = value(await client.cancelAllAfter(30));
    assert.equal(timer.triggerMs, venue.clock.nowMs() + 30_000);
    venue.clock.advanceTo(venue.clock.nowMs() + 31_000);
    const ended = value(await client.order(swap, { clOrdId: "rest1" }));
    assert.equal(ended.state, "canceled", way);
    assert.equal(ended.cancelSource, "20");
    assert.deepEqual(value(await client.cancelAllAfter(0)), { triggerMs: null });
  });
}

test("okx-api's timer covers the orders that it placed, and the account's covers all", async () => {
  await using bench = await openBench("okx_sdk");
  const { client, venue, keys } = bench;
  const direct = await bench.as(keys.trader, {}, "direct");
  const other = anOrder({ clOrdId: "direct1" });
  value(await direct.place(permitFor(placeSubject(other)), other));
  value(await bench.place(anOrder({ clOrdId: "sdk1" })));
  const stateOf = async (clOrdId: string): Promise<string> =>
    value(await direct.order(swap, { clOrdId })).state;
  value(await client.cancelAllAfter(10));
  venue.clock.advanceTo(venue.clock.nowMs() + 10_000);
  assert.deepEqual([await stateOf("sdk1"), await stateOf("direct1")], ["canceled", "live"]);
  value(await bench.place(anOrder({ clOrdId: "sdk2" })));
  value(await direct.cancelAllAfter(10));
  // It cannot stop the timer of the account, for its tag is another.
  venue.clock.advanceTo(venue.clock.nowMs() + 2000);
  value(await client.cancelAllAfter(0));
  venue.clock.advanceTo(venue.clock.nowMs() + 10_000);
  assert.deepEqual([await stateOf("sdk2"), await stateOf("direct1")], ["canceled", "canceled"]);
});

function value<T>(answer: Answer<T>): T {
  assert.ok(answer.ok, answer.ok ? "" : JSON.stringify(answer));
  return answer.value;
}

function refused(answer: Answer<unknown>): readonly string[] {
  return answer.ok ? ["ok"] : [answer.failure.kind, answer.failure.code];
}

function wholeWindow(limit: number): PageQuery {
  return { instId: swap, beginMs: 0, endMs: 9_999_999_999_999, after: null, limit };
}

function sum(texts: readonly string[]): number {
  return texts.reduce((total, text) => total + Number(text), 0);
}
