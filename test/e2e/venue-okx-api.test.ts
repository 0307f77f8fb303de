import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { RestClient, WebsocketAPIClient, WebsocketClient } from "okx-api";
import { makeRoster, openVenue, type SimulatedVenue } from "#simulator";
import { keyOf } from "./venue-desk.ts";

const instId = "BTC-USDT-SWAP";
const quiet = { trace: () => {}, info: () => {}, error: () => {} };

describe("unmodified okx-api trades on the venue", () => {
  let venue: SimulatedVenue;
  let rest: RestClient;
  let streamUrl = "";
  let low = "";
  const sockets: WebsocketClient[] = [];
  const credentials = { apiKey: "", apiSecret: "", apiPass: "" };

  before(async () => {
    const roster = makeRoster("demo");
    const opened = openVenue({ roster, seed: 9, clock: { kind: "accelerated", factor: 20 } });
    assert.ok(opened.ok, opened.ok ? "" : opened.fault.message);
    venue = opened.value;
    const address = await venue.listen({ host: "127.0.0.1", port: 0 });
    assert.ok(address.ok, address.ok ? "" : address.fault.message);
    const { apiKey, secretKey, passphrase } = keyOf(roster, "trader");
    Object.assign(credentials, { apiKey, apiSecret: secretKey, apiPass: passphrase });
    streamUrl = address.value.streamUrl;
    rest = new RestClient({ ...credentials, baseUrl: address.value.restUrl, demoTrading: true });
    const [ticker] = await rest.getTicker({ instId });
    low = String(Math.round(Number(ticker?.bidPx) * 0.98));
  });

  after(async () => {
    for (const socket of sockets) socket.closeAll(true);
    await venue.close();
  });

  /** One client for each of the three addresses, as the library has one address for all. */
  function streamsOf(side: "public" | "private" | "business"): WebsocketClient {
    const options = { accounts: [credentials], wsUrl: `${streamUrl}/${side}` };
    const client = new WebsocketClient({ ...options, demoTrading: true }, quiet);
    sockets.push(client);
    return client;
  }

  /** The first update of a channel that pleases. */
  function update(
    client: WebsocketClient,
    channel: string,
    pleases: (rows: readonly Record<string, unknown>[]) => boolean = () => true,
  ): Promise<readonly Record<string, unknown>[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing of ${channel}`)), 5000);
      client.on("update", (event) => {
        const { arg, data } = event as {
          arg: { channel: string };
          data: Record<string, unknown>[];
        };
        if (arg.channel !== channel || !pleases(data)) return;
        clearTimeout(timer);
        resolve(data);
      });
    });
  }

  test("it reads the market", async () => {
    const instruments = await rest.getInstruments({ instType: "SWAP" });
    assert.ok(instruments.some((each) => each.instId === instId && each.ctVal === "0.01"));
    const [book] = await rest.getOrderBook({ instId, sz: "5" });
    assert.equal(book?.bids.length, 5);
    assert.equal((await rest.getCandles({ instId, bar: "5m", limit: "7" })).length, 7);
    assert.equal((await rest.getHistoricCandles({ instId, bar: "1m", limit: "5" })).length, 5);
    assert.ok((await rest.getTrades({ instId })).length > 0);
    assert.equal((await rest.getFundingRate({ instId }))[0]?.instId, instId);
    assert.equal((await rest.getMarkPrice({ instType: "SWAP", instId })).length, 1);
    assert.equal((await rest.getIndexTickers({ instId: "BTC-USDT" })).length, 1);
    assert.deepEqual(await rest.getSystemStatus({}), []);
  });

  test("it reads the account", async () => {
    const [config] = await rest.getAccountConfiguration();
    assert.deepEqual([config?.posMode, config?.uid], ["net_mode", venue.accounts[0]?.uid]);
    const [balance] = await rest.getBalance({ ccy: "USDT" });
    assert.equal(balance?.details[0]?.eq, "100000");
    await rest.setLeverage({ instId, lever: "5", mgnMode: "cross" });
    assert.equal((await rest.getLeverage({ instId, mgnMode: "cross" }))[0]?.lever, "5");
    assert.equal((await rest.getFeeRates({ instType: "SWAP" }))[0]?.takerU, "-0.0005");
    const [size] = await rest.getMaxBuySellAmount({ instId, tdMode: "cross" });
    assert.ok(Number(size?.maxBuy) > 0);
  });

  test("it places, amends, finds, cancels and is refused by code", async () => {
    const order = { instId, tdMode: "cross", side: "buy", ordType: "limit", sz: "1", px: low };
    const [placed] = await rest.submitOrder({ ...order, clOrdId: "api1" } as never);
    assert.equal(placed?.sCode, "0");
    await rest.amendOrder({ instId, clOrdId: "api1", newSz: "2" });
    const [found] = await rest.getOrderDetails({ instId, clOrdId: "api1" });
    assert.deepEqual([found?.sz, found?.state], ["2", "live"]);
    assert.equal((await rest.getOrderList({ instType: "SWAP" })).length, 1);
    await rest.cancelOrder({ instId, clOrdId: "api1" });
    await assert.rejects(rest.cancelOrder({ instId, clOrdId: "api1" }), (refusal: unknown) => {
      const { data } = refusal as { data: { sCode: string }[] };
      return data[0]?.sCode === "51401";
    });
    await assert.rejects(rest.getOrderDetails({ instId, clOrdId: "none" }), { code: "51603" });
  });

  test("it sends lists, fills at market, and pages what became of it", async () => {
    const order = { instId, tdMode: "cross", side: "buy", ordType: "limit", sz: "1", px: low };
    const list = ["l1", "l2", "l3"].map((clOrdId) => ({ ...order, clOrdId }));
    const placed = await rest.submitMultipleOrders(list as never);
    assert.deepEqual(
      placed.map(({ sCode }) => sCode),
      ["0", "0", "0"],
    );
    const cancelled = await rest.cancelMultipleOrders(
      list.map(({ clOrdId }) => ({ instId, clOrdId })),
    );
    assert.equal(cancelled.length, 3);
    for (const side of ["buy", "sell", "buy"]) {
      const market = { instId, tdMode: "cross", side, ordType: "market", sz: "2" };
      await rest.submitOrder(market as never);
    }
    const [position] = await rest.getPositions({ instId });
    assert.equal(position?.pos, "2");
    const fills = await rest.getFillsHistory({ instType: "SWAP", limit: "100" });
    const [newest, ...older] = fills;
    const paged = await rest.getFillsHistory({ instType: "SWAP", after: String(newest?.billId) });
    assert.deepEqual(paged, older);
    const bills = await rest.getBills({ type: "2" });
    assert.equal(bills.length, fills.length);
    await rest.closePositions({ instId, mgnMode: "cross" });
    assert.deepEqual(await rest.getPositions({ instId }), []);
  });

  test("two of its orders that cross never trade with each other, in each mode", async () => {
    venue.faults.add({ id: "still", fault: { kind: "frozen_price" } });
    for (const stpMode of ["cancel_maker", "cancel_taker", "cancel_both"]) {
      const [ticker] = await rest.getTicker({ instId });
      const px = (Number(ticker?.bidPx) + 0.1).toFixed(1);
      const order = { instId, tdMode: "cross", ordType: "limit", sz: "1", px, stpMode };
      const ids = ["m", "t"].map((who) => who + stpMode.replace("_", ""));
      const [maker = "", taker = ""] = ids;
      await rest.submitOrder({ ...order, side: "buy", clOrdId: maker } as never);
      await rest.submitOrder({ ...order, side: "sell", clOrdId: taker } as never);
      const states = await Promise.all(
        ids.map(async (clOrdId) => {
          const [found] = await rest.getOrderDetails({ instId, clOrdId });
          const source = String(Reflect.get(found ?? {}, "cancelSource"));
          return `${found?.state} ${found?.accFillSz} ${source}`;
        }),
      );
      const expected = {
        cancel_maker: ["canceled 0 32", "live 0 "],
        cancel_taker: ["live 0 ", "canceled 0 32"],
        cancel_both: ["canceled 0 32", "canceled 0 32"],
      }[stpMode];
      assert.deepEqual(states, expected, stpMode);
      const left = await rest.getOrderList({ instType: "SWAP" });
      for (const { ordId } of left) await rest.cancelOrder({ instId, ordId });
    }
    venue.faults.remove("still");
  });

  test("it streams the market from the two public addresses", async () => {
    const open = streamsOf("public");
    const book = update(open, "books");
    const more = update(open, "books", (rows) => rows[0]?.["prevSeqId"] !== -1);
    void open.subscribe([{ channel: "books", instId }]);
    const [first] = await book;
    assert.equal(first?.["prevSeqId"], -1);
    await more;
    const business = streamsOf("business");
    const candle = update(business, "candle1m");
    void business.subscribe([{ channel: "candle1m", instId }]);
    assert.ok((await candle).length === 1);
  });

  test("it streams its orders, and writes over a connection of its own", async () => {
    const own = streamsOf("private");
    const live = update(own, "orders", ([row]) => row?.["state"] === "live");
    const gone = update(own, "orders", ([row]) => row?.["state"] === "canceled");
    const held = update(own, "positions");
    void own.subscribe([
      { channel: "orders", instType: "SWAP" },
      { channel: "positions", instType: "SWAP" },
    ]);
    await held;
    const options = { accounts: [credentials], wsUrl: `${streamUrl}/private`, demoTrading: true };
    const writer = new WebsocketAPIClient({ ...options, attachEventListeners: false }, quiet);
    sockets.push(writer.getWSClient());
    // Its first request would log in beside the connection's own login, and wait for ever for an
    // answer of its own: 60031 is none to it.
    const loggedIn = once(writer.getWSClient(), "authenticated");
    await writer.getWSClient().connect("prodDemoPrivate");
    await loggedIn;
    const order = { instId, tdMode: "cross", side: "buy", ordType: "limit", sz: "1", px: low };
    const placed = await writer.submitNewOrder({ ...order, clOrdId: "ws1" } as never);
    assert.equal(placed.data[0]?.sCode, "0");
    assert.equal((await live)[0]?.["clOrdId"], "ws1");
    const cancelled = await writer.cancelOrder({ instId, clOrdId: "ws1" });
    assert.equal(cancelled.data[0]?.sCode, "0");
    assert.equal((await gone)[0]?.["clOrdId"], "ws1");
  });
});
