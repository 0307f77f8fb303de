import assert from "node:assert/strict";
import { test } from "node:test";
import ccxt from "ccxt";
import { RestClient } from "okx-api";
import { orderRow, scriptedAnswers } from "./okx-scripted-rows.ts";
import { type ScriptedVenue, startScriptedVenue } from "./okx-scripted-venue.ts";

/**
 * What the two libraries do of their own to what is asked and answered. The adapters are written
 * around these ways; a new version of a library that changes one shows here.
 */
const key = { apiKey: "test-key-1", secret: "test-secret-1", passphrase: "test-phrase-1" };
const swap = "BTC-USDT-SWAP";
const symbol = "BTC/USDT:USDT";

test("okx-api puts its own tag into every write, even where a tag narrows the deed", async () => {
  await using venue = await scripted();
  const client = sdk(venue);
  await client.setLeverage({ instId: swap, lever: "5", mgnMode: "cross" });
  await client.cancelAllAfter({ timeOut: "60", tag: "ours" });
  for (const { body } of venue.seen) {
    assert.equal((body as Record<string, string>)["tag"], "159881cb7207BCDE");
  }
});

test("okx-api throws away the successes of a batch that failed in part", async () => {
  await using venue = await scripted();
  const rows = [ackRow("900", "0"), ackRow("", "51008")];
  const partly = { code: "2", msg: "Bulk operation partially succeeded", data: rows };
  venue.replies.set("/api/v5/trade/batch-orders", { json: partly });
  const order = { instId: swap, tdMode: "cross", side: "buy", ordType: "market", sz: "1" } as const;
  await assert.rejects(
    async () => sdk(venue).submitMultipleOrders([order, order]),
    (thrown) => {
      assert.ok(!(thrown instanceof Error), "what is thrown is the answer, not an error");
      assert.deepEqual(thrown, partly);
      return true;
    },
  );
  const exchange = pro(venue);
  const answer = await exchange.privatePostTradeBatchOrders([order, order]);
  assert.deepEqual(answer, partly);
  await exchange.close();
});

test("okx-api sends the headers of the last signed request with public ones", async () => {
  await using venue = await scripted();
  const client = sdk(venue);
  await client.getAccountConfiguration();
  await client.getTicker({ instId: swap });
  const [signed, plain] = venue.seen;
  assert.equal(plain?.path, "/api/v5/market/ticker");
  assert.equal(plain.headers["ok-access-sign"], signed?.headers["ok-access-sign"]);
});

test("ccxt sends one order as a batch, and names and tags it when nobody did", async () => {
  await using venue = await scripted();
  const exchange = pro(venue);
  await exchange.createOrder(symbol, "limit", "buy", 1, 30_000);
  assert.equal(venue.seen.at(-1)?.path, "/api/v5/trade/batch-orders");
  const body = lastEntry(venue);
  assert.match(body["clOrdId"] ?? "", /^6b9ad766b55dBCDE[0-9a-f]{16}$/);
  assert.equal(body["tag"], "6b9ad766b55dBCDE");
  await exchange.close();
});

test("ccxt's unified order cuts size to the lot and rounds price to the tick, unsaid", async () => {
  await using venue = await scripted();
  const exchange = pro(venue);
  await exchange.createOrder(symbol, "limit", "buy", 0.019, 30_000.07, { clientOrderId: "a1" });
  const body = lastEntry(venue);
  assert.deepEqual([body["sz"], body["px"]], ["0.01", "30000.1"]);
  assert.equal(body["tdMode"], "cross");
  assert.ok(!("posSide" in body));
  await exchange.close();
});

test("ccxt makes decimals floating point, drops signs and hides why an order ended", async () => {
  await using venue = await scripted();
  const exchange = pro(venue);
  venue.replies.set("/api/v5/trade/order", {
    json: { code: "0", msg: "", data: [orderRow("900", "canceled")] },
  });
  const order = await exchange.fetchOrder("900", symbol);
  assert.equal(order.status, "canceled");
  assert.equal(order.fee?.cost, 0.0750005, "paid is positive, where OKX says -0.0750005");
  assert.equal(order.info.cancelSource, "32", "only the raw row tells of the prevention");
  const [position] = await exchange.fetchPositions([symbol]);
  assert.deepEqual([position?.side, position?.contracts], ["short", 1.5]);
  const balance = await exchange.fetchBalance();
  assert.equal(balance["USDT"]?.total, 10_012.34000001);
  await exchange.close();
});

test("neither library sends a write again by itself", async () => {
  await using venue = await scripted();
  venue.replies.set("/api/v5/trade/order", { status: 503, text: "later" });
  const order = { instId: swap, tdMode: "cross", side: "buy", ordType: "market", sz: "1" } as const;
  await assert.rejects(async () => sdk(venue).submitOrder(order));
  assert.equal(venue.seen.length, 1);
  const exchange = pro(venue);
  await assert.rejects(async () => exchange.privatePostTradeOrder({ ...order, clOrdId: "a1" }));
  assert.equal(venue.seen.length, 2);
  await exchange.close();
});

async function scripted(): Promise<ScriptedVenue> {
  const venue = await startScriptedVenue(key);
  for (const [path, data] of Object.entries(scriptedAnswers)) {
    venue.replies.set(path, { json: { code: "0", msg: "", data } });
  }
  venue.replies.set("/api/v5/trade/order", {
    json: { code: "0", msg: "", data: [ackRow("900", "0")] },
  });
  venue.replies.set("/api/v5/public/instruments", (seen) => {
    const isSwap = seen.query["instType"] === "SWAP";
    const data = isSwap ? scriptedAnswers["/api/v5/public/instruments"] : [];
    return { json: { code: "0", msg: "", data } };
  });
  return venue;
}

function sdk({ baseUrl }: ScriptedVenue): RestClient {
  const { apiKey, secret, passphrase } = key;
  return new RestClient({
    apiKey,
    apiSecret: secret,
    apiPass: passphrase,
    demoTrading: true,
    baseUrl,
  });
}

function pro({ baseUrl }: ScriptedVenue): InstanceType<typeof ccxt.pro.okx> {
  const { apiKey, secret, passphrase } = key;
  const exchange = new ccxt.pro.okx({ apiKey, secret, password: passphrase });
  exchange.setSandboxMode(true);
  exchange.urls["api"] = { rest: baseUrl, ws: "" };
  return exchange;
}

/** The first entry of the list that was sent last. */
function lastEntry(venue: ScriptedVenue): Readonly<Record<string, string>> {
  const body = venue.seen.at(-1)?.body;
  assert.ok(Array.isArray(body));
  return body[0];
}

function ackRow(ordId: string, sCode: string): Readonly<Record<string, string>> {
  return {
    ordId,
    clOrdId: "a1",
    tag: "",
    ts: "1700000000123",
    sCode,
    sMsg: sCode === "0" ? "" : "No.",
  };
}
