import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import ccxt from "ccxt";
import { RestClient, WebsocketAPIClient } from "okx-api";
import { openBench, swap, type VenueBench } from "./okx-venue-bench.ts";

/** The two libraries as anybody uses them: unmodified, and pointed at another address. */
const symbol = "BTC/USDT:USDT";

test("ccxt trades on the venue by its unified methods", async () => {
  await using bench = await openBench("direct");
  const exchange = pro(bench);
  const markets = await exchange.loadMarkets();
  assert.equal(markets[symbol]?.id, swap);
  assert.equal(markets[symbol]?.contractSize, 0.01);

  const book = await exchange.fetchOrderBook(symbol);
  const [bid] = book.bids[0] ?? [];
  assert.ok(bid !== undefined && bid > 0);
  assert.equal((await exchange.fetchOHLCV(symbol, "1m", undefined, 5)).length, 5);
  assert.equal((await exchange.fetchTicker(symbol)).bid, bid);
  assert.ok((await exchange.fetchFundingRate(symbol)).fundingRate !== undefined);

  const params = { clientOrderId: "c1" };
  const resting = idOf(await exchange.createOrder(symbol, "limit", "buy", 2, 1000, params));
  assert.equal((await exchange.fetchOrder(resting, symbol)).status, "open");
  await exchange.editOrder(resting, symbol, "limit", "buy", 3, 1001);
  const [open] = await exchange.fetchOpenOrders(symbol);
  assert.deepEqual([open?.amount, open?.price, open?.clientOrderId], [3, 1001, "c1"]);
  await exchange.cancelOrder(resting, symbol);
  assert.deepEqual(await exchange.fetchOpenOrders(symbol), []);

  const batch = await exchange.createOrders(
    [1000, 1001, 1002].map((price) => ({ symbol, type: "limit", side: "buy", amount: 1, price })),
  );
  assert.equal(batch.length, 3);
  await exchange.cancelOrders(batch.map(idOf), symbol);
  assert.deepEqual(await exchange.fetchOpenOrders(symbol), []);

  await exchange.createOrder(symbol, "market", "buy", 0.5);
  const trades = await exchange.fetchMyTrades(symbol);
  assert.equal(total(trades.map(({ amount }) => amount)), 0.5);
  const [position] = await exchange.fetchPositions([symbol]);
  assert.deepEqual([position?.side, position?.contracts], ["long", 0.5]);
  const balance = await exchange.fetchBalance();
  assert.ok(Number(balance["USDT"]?.total) < 100_000);
  // Without a type the library asks for bills of spot trading only.
  const ledger = await exchange.fetchLedger("USDT", undefined, undefined, { type: "swap" });
  assert.ok(ledger.some((entry) => entry.type === "trade" && entry.info.instId === swap));
  await exchange.setLeverage(7, symbol, { mgnMode: "cross" });
  await exchange.close();
});

test("ccxt streams from the venue and orders over its socket", async () => {
  await using bench = await openBench("direct");
  const exchange = pro(bench);
  await exchange.loadHttpProxyAgent();
  const book = await exchange.watchOrderBook(symbol);
  assert.ok(book.bids.length > 0);
  const heard = exchange.watchOrders(symbol);
  const placed = idOf(await exchange.createOrderWs(symbol, "limit", "buy", 1, 1000));
  const [update] = await heard;
  assert.deepEqual([update?.id, update?.status], [placed, "open"]);
  const next = exchange.watchOrders(symbol);
  await exchange.cancelOrderWs(placed, symbol);
  assert.equal((await next).at(-1)?.status, "canceled");
  await exchange.close();
});

test("ccxt names what the venue refuses by its own classes of error", async () => {
  await using bench = await openBench("direct");
  const exchange = pro(bench);
  const buy = async (amount: number, price: number, id: string): Promise<unknown> =>
    exchange.createOrder(symbol, "limit", "buy", amount, price, { clientOrderId: id });
  await buy(1, 1000, "e1");
  await assert.rejects(async () => buy(1, 1000, "e1"), ccxt.InvalidOrder);
  await assert.rejects(async () => buy(3000, 60_000, "e2"), ccxt.InsufficientFunds);
  await assert.rejects(async () => exchange.fetchOrder("404", symbol), ccxt.OrderNotFound);
  const forger = pro(bench, { secret: "wrong" });
  await assert.rejects(async () => forger.fetchBalance(), ccxt.AuthenticationError);
  await exchange.close();
  await forger.close();
});

test("okx-api trades on the venue by its own methods", async () => {
  await using bench = await openBench("direct");
  const client = sdk(bench);
  const [instrument] = await client.getInstruments({ instType: "SWAP", instId: swap });
  assert.equal(instrument?.tickSz, "0.1");
  const order = { instId: swap, tdMode: "cross", side: "buy", ordType: "limit", sz: "1" } as const;
  const [placed] = await client.submitOrder({ ...order, px: "1000", clOrdId: "s1" });
  const ordId = placed?.ordId ?? "";
  assert.equal(placed?.sCode, "0");
  await client.amendOrder({ instId: swap, ordId, newPx: "1001" });
  const [details] = await client.getOrderDetails({ instId: swap, ordId });
  assert.deepEqual(
    [details?.px, details?.state, details?.tag],
    ["1001", "live", "159881cb7207BCDE"],
  );
  await client.cancelOrder({ instId: swap, ordId });

  const many = await client.submitMultipleOrders(
    ["1000", "1001"].map((px, at) => ({ ...order, px, clOrdId: `m${at}` })),
  );
  assert.deepEqual(
    many.map(({ sCode }) => sCode),
    ["0", "0"],
  );
  assert.equal((await client.getOrderList({ instType: "SWAP", instId: swap })).length, 2);
  await client.cancelMultipleOrders(many.map((each) => ({ instId: swap, ordId: each.ordId })));

  await client.submitOrder({ ...order, ordType: "market", clOrdId: "s2", sz: "0.5" });
  const [position] = await client.getPositions({ instId: swap });
  assert.equal(position?.pos, "0.5");
  const fills = await client.getFillsHistory({ instType: "SWAP" });
  assert.equal(total(fills.map(({ fillSz }) => Number(fillSz))), 0.5);
  const bills = await client.getBills({ instType: "SWAP", limit: "1" });
  const [older] = await client.getBills({ after: bills[0]?.billId ?? "", limit: "1" });
  assert.ok(BigInt(older?.billId ?? "0") < BigInt(bills[0]?.billId ?? "0"));
  const [balance] = await client.getBalance({ ccy: "USDT" });
  assert.ok(Number(balance?.details[0]?.cashBal) < 100_000);
  await assert.rejects(
    async () => client.submitOrder({ ...order, px: "1000", clOrdId: "s1" }),
    (thrown: unknown) => /51016/.test(JSON.stringify(thrown)),
  );
});

test("okx-api orders over the venue's socket", async () => {
  await using bench = await openBench("direct");
  const { apiKey, secret, passphrase } = bench.keys.trader;
  const client = new WebsocketAPIClient(
    {
      accounts: [{ apiKey, apiSecret: secret, apiPass: passphrase }],
      demoTrading: true,
      wsUrl: `${bench.streamUrl}/private`,
      attachEventListeners: false,
    },
    { trace(): void {}, info(): void {}, error(): void {} },
  );
  // A first request that has to log in as well races with the login of the connection itself: the
  // venue refuses the second login (60031), and the request would wait for ever.
  const loggedIn = once(client.getWSClient(), "authenticated");
  await client.getWSClient().connect("prodDemoPrivate");
  await loggedIn;
  const order = { instId: swap, tdMode: "cross", side: "buy", ordType: "limit", sz: "1" } as const;
  const placed = await client.submitNewOrder({ ...order, px: "1000", clOrdId: "w1" });
  assert.deepEqual([placed.code, placed.data[0]?.clOrdId], ["0", "w1"]);
  const cancelled = await client.cancelOrder({ instId: swap, clOrdId: "w1" });
  assert.equal(cancelled.data[0]?.sCode, "0");
  client.getWSClient().closeAll(true);
  assert.equal(bench.venue.oracle.acceptedCount(), 1);
});

function sdk({ baseUrl, keys }: VenueBench): RestClient {
  const { apiKey, secret, passphrase } = keys.trader;
  return new RestClient({
    apiKey,
    apiSecret: secret,
    apiPass: passphrase,
    demoTrading: true,
    baseUrl,
  });
}

function pro(
  { baseUrl, streamUrl, keys }: VenueBench,
  change: { secret?: string } = {},
): InstanceType<typeof ccxt.pro.okx> {
  const { apiKey, secret, passphrase } = { ...keys.trader, ...change };
  const exchange = new ccxt.pro.okx({
    ...{ apiKey, secret, password: passphrase },
    // Its own queue only makes a test slow.
    enableRateLimit: false,
  });
  exchange.setSandboxMode(true);
  exchange.urls["api"] = { rest: baseUrl, ws: streamUrl };
  return exchange;
}

function idOf({ id }: { id?: string | undefined }): string {
  assert.ok(id !== undefined);
  return id;
}

function total(amounts: readonly (number | undefined)[]): number {
  return amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
}
