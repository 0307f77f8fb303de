import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Exchange, pro } from "ccxt";
import { makeRoster, openVenue, type SimulatedVenue, type VenueKey } from "#simulator";
import { keyOf } from "./venue-desk.ts";

const swap = "BTC/USDT:USDT";
const cross = { tdMode: "cross" };

/** The library types every field as perhaps absent. */
function idOf({ id }: Readonly<{ id?: string | undefined }>): string {
  assert.ok(id !== undefined);
  return id;
}

/** The library as it is installed, pointed at the venue by address and nothing else. */
async function clientOf(
  { restUrl, streamUrl }: Readonly<{ restUrl: string; streamUrl: string }>,
  { apiKey, secretKey, passphrase }: VenueKey,
): Promise<InstanceType<typeof pro.okx>> {
  const client = new pro.okx({
    apiKey,
    secret: secretKey,
    password: passphrase,
    enableRateLimit: false,
    timeout: 5000,
  });
  client.setSandboxMode(true);
  client.urls["api"] = { rest: restUrl, ws: streamUrl };
  await client.loadHttpProxyAgent();
  return client;
}

describe("unmodified ccxt trades on the venue", () => {
  let venue: SimulatedVenue;
  let ccxt: InstanceType<typeof pro.okx>;
  let price = 0;

  before(async () => {
    const roster = makeRoster("demo");
    const opened = openVenue({ roster, seed: 7, clock: { kind: "accelerated", factor: 20 } });
    assert.ok(opened.ok, opened.ok ? "" : opened.fault.message);
    venue = opened.value;
    const address = await venue.listen({ host: "127.0.0.1", port: 0 });
    assert.ok(address.ok, address.ok ? "" : address.fault.message);
    ccxt = await clientOf(address.value, keyOf(roster, "trader"));
    await ccxt.loadMarkets();
    price = Number((await ccxt.fetchTicker(swap)).bid);
  });

  after(async () => {
    await ccxt.close();
    await venue.close();
  });

  const low = (share = 0.98): number => Math.round(price * share);

  test("it loads markets with the steps and contract values of the venue", () => {
    const { id, contractSize, precision, linear, active } = ccxt.market(swap);
    assert.deepEqual([id, contractSize, linear, active], ["BTC-USDT-SWAP", 0.01, true, true]);
    assert.deepEqual([precision["price"], precision["amount"]], [0.1, 0.01]);
    assert.equal(ccxt.market("BTC/USDT").spot, true);
    assert.equal(ccxt.market("BTC/USD:BTC").active, false);
  });

  test("it reads the market", async () => {
    const book = await ccxt.fetchOrderBook(swap, 5);
    assert.equal(book.bids.length, 5);
    assert.ok(Number(book.bids[0]?.[0]) < Number(book.asks[0]?.[0]));
    const candles = await ccxt.fetchOHLCV(swap, "5m", undefined, 10);
    assert.equal(candles.length, 10);
    assert.ok(
      candles.every(
        (bar, n) => n === 0 || Number(bar[0]) - Number(candles[n - 1]?.[0]) === 300_000,
      ),
    );
    assert.ok((await ccxt.fetchTrades(swap)).length > 0);
    assert.ok(Number((await ccxt.fetchFundingRate(swap)).fundingTimestamp) > venue.clock.nowMs());
    assert.ok(Number((await ccxt.fetchMarkPrice(swap)).markPrice) > 0);
    assert.equal((await ccxt.fetchMarketLeverageTiers(swap)).length, 6);
    assert.equal((await ccxt.fetchStatus()).status, "ok");
    assert.ok(Math.abs(Number(await ccxt.fetchTime()) - venue.clock.nowMs()) < 20_000);
  });

  test("it reads the account", async () => {
    const balance = await ccxt.fetchBalance();
    assert.equal(balance["USDT"]?.total, 100_000);
    assert.equal((await ccxt.fetchAccounts())[0]?.id, venue.accounts[0]?.uid);
    await ccxt.setLeverage(5, swap, { mgnMode: "cross" });
    assert.equal((await ccxt.fetchLeverage(swap)).longLeverage, 5);
    assert.equal((await ccxt.fetchTradingFee(swap)).taker, 0.0005);
  });

  test("it places, amends, finds and cancels", async () => {
    const id = idOf(await ccxt.createOrder(swap, "limit", "buy", 1, low(), cross));
    await ccxt.editOrder(id, swap, "limit", "buy", 2, low(0.97));
    const open = await ccxt.fetchOpenOrders(swap);
    assert.deepEqual(
      open.map((each) => [each.id, each.amount, each.price]),
      [[id, 2, low(0.97)]],
    );
    await ccxt.cancelOrder(id, swap);
    assert.equal((await ccxt.fetchOrder(id, swap)).status, "canceled");
    await assert.rejects(ccxt.cancelOrder(id, swap), { name: "OrderNotFound" });
    await assert.rejects(ccxt.createOrder(swap, "limit", "buy", 1e6, low(), cross), {
      name: "InvalidOrder",
    });
    await assert.rejects(ccxt.createOrder(swap, "limit", "buy", 9000, low(), cross), {
      name: "InsufficientFunds",
    });
  });

  test("it sends lists, fills at market, and reads what became of it", async () => {
    const list = await ccxt.createOrders(
      [1, 2, 3].map((amount) => ({
        symbol: swap,
        type: "limit",
        side: "sell",
        amount,
        price: low(1.02),
        params: cross,
      })) as Parameters<Exchange["createOrders"]>[0],
    );
    assert.equal(new Set(list.map(({ id }) => id)).size, 3);
    await ccxt.cancelOrders(list.map(idOf), swap);
    const bought = await ccxt.createOrder(swap, "market", "buy", 3, undefined, cross);
    const [position] = await ccxt.fetchPositions([swap]);
    assert.deepEqual([position?.side, position?.contracts, position?.leverage], ["long", 3, 5]);
    const trades = await ccxt.fetchMyTrades(swap);
    const own = trades.filter(({ order }) => order === bought.id);
    assert.equal(
      own.reduce((sum, { amount }) => sum + Number(amount), 0),
      3,
    );
    assert.ok(own.every(({ fee }) => Number(fee?.cost) > 0));
    const ledger = await ccxt.fetchLedger("USDT", undefined, 100, { type: "swap" });
    assert.ok(ledger.length >= own.length);
    await ccxt.closePosition(swap, undefined, { marginMode: "cross" });
    assert.deepEqual(await ccxt.fetchPositions([swap]), []);
    assert.equal((await ccxt.fetchPositionsHistory([swap])).length, 1);
    const closed = await ccxt.fetchClosedOrders(swap);
    assert.ok(closed.some(({ id, filled }) => id === bought.id && filled === 3));
    assert.equal((await ccxt.fetchCanceledOrders(swap)).length, 4);
  });

  test("it pages history by the venue's cursors", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const side = n % 2 === 0 ? "buy" : "sell";
      ids.push(idOf(await ccxt.createOrder(swap, "market", side, 1, undefined, cross)));
    }
    const found: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const paging = cursor === undefined ? {} : { after: cursor };
      const page = await ccxt.fetchClosedOrders(swap, undefined, 2, paging);
      found.unshift(...page.map(idOf));
      cursor = page.map(idOf).toSorted()[0];
      if (page.length < 2) break;
    }
    assert.deepEqual(
      found.filter((id) => ids.includes(id)),
      ids,
    );
    assert.equal(new Set(found).size, found.length);
  });

  test("it trades spot and sets stops", async () => {
    await ccxt.createOrder("BTC/USDT", "market", "buy", 0.01);
    const [trade] = await ccxt.fetchMyTrades("BTC/USDT", undefined, undefined, { type: "spot" });
    assert.equal(trade?.fee?.currency, "BTC");
    const stop = { ...cross, triggerPrice: low(0.95), reduceOnly: true };
    const id = idOf(await ccxt.createOrder(swap, "market", "sell", 1, undefined, stop));
    const algos = await ccxt.fetchOpenOrders(swap, undefined, undefined, { trigger: true });
    assert.deepEqual(
      algos.map((algo) => [algo.id, algo.triggerPrice]),
      [[id, low(0.95)]],
    );
    await ccxt.cancelOrder(id, swap, { trigger: true });
    assert.deepEqual(await ccxt.fetchOpenOrders(swap, undefined, undefined, { trigger: true }), []);
  });

  test("two of its orders that cross never trade with each other, in each mode", async () => {
    venue.faults.add({ id: "still", fault: { kind: "frozen_price" } });
    for (const stpMode of ["cancel_maker", "cancel_taker", "cancel_both"]) {
      const { bid } = await ccxt.fetchTicker(swap);
      const inside = Number(bid) + 0.1;
      const prevented = venue.counters.of("events", "self_trade_prevented");
      const maker = idOf(await ccxt.createOrder(swap, "limit", "buy", 1, inside, cross));
      const params = { ...cross, stpMode };
      const taker = idOf(await ccxt.createOrder(swap, "limit", "sell", 1, inside, params));
      const [rested, came] = [
        await ccxt.fetchOrder(maker, swap),
        await ccxt.fetchOrder(taker, swap),
      ];
      const expected = {
        cancel_maker: ["canceled", "open"],
        cancel_taker: ["open", "canceled"],
        cancel_both: ["canceled", "canceled"],
      }[stpMode];
      assert.deepEqual([rested.status, came.status], expected, stpMode);
      assert.deepEqual([rested.filled, came.filled], [0, 0], stpMode);
      assert.equal(venue.counters.of("events", "self_trade_prevented"), prevented + 1);
      const left = await ccxt.fetchOpenOrders(swap);
      if (left.length > 0) await ccxt.cancelOrders(left.map(idOf), swap);
    }
    venue.faults.remove("still");
  });

  test("it watches the market", async () => {
    const first = (await ccxt.watchOrderBook(swap)).nonce;
    for (let n = 0; n < 6; n += 1) await ccxt.watchOrderBook(swap);
    const book = await ccxt.watchOrderBook(swap);
    assert.ok(Number(book.nonce) > Number(first));
    assert.ok(Number(book.bids[0]?.[0]) < Number(book.asks[0]?.[0]));
    assert.ok(Number((await ccxt.watchTicker(swap)).last) > 0);
    assert.ok((await ccxt.watchTrades(swap)).length > 0);
    assert.ok((await ccxt.watchOHLCV(swap, "1m")).length > 0);
    assert.ok(Number((await ccxt.watchMarkPrice(swap)).markPrice) > 0);
  });

  test("it watches its orders, trades and money, and writes over the connection", async () => {
    const balance = await ccxt.watchBalance();
    assert.ok(Number(balance["USDT"]?.total) > 0);
    const orders = ccxt.watchOrders(swap);
    const trades = ccxt.watchMyTrades(swap);
    const positions = ccxt.watchPositions([swap]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const id = idOf(await ccxt.createOrderWs(swap, "limit", "buy", 1, low(), cross));
    assert.deepEqual(
      (await orders).map((each) => [each.id, each.status]),
      [[id, "open"]],
    );
    await ccxt.editOrderWs(id, swap, "limit", "buy", 2, low(0.97));
    await ccxt.cancelOrderWs(id, swap);
    assert.equal((await ccxt.fetchOrder(id, swap)).status, "canceled");
    const sold = await ccxt.createOrderWs(swap, "market", "sell", 2, undefined, cross);
    assert.ok((await trades).some(({ order, amount }) => order === sold.id && Number(amount) > 0));
    assert.ok(Array.isArray(await positions));
  });
});
