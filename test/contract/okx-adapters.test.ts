import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import type { OrderSubject, Permit } from "#safety";
import {
  type Answer,
  amendSubject,
  type HttpSend,
  type NewOrder,
  openDirectVenue,
  openVenue,
  placeSubject,
  type SendGate,
  type Venue,
  type VenueLibrary,
} from "#venues";
import { orderRow, scriptedAnswers } from "./okx-scripted-rows.ts";
import { type Reply, type ScriptedVenue, startScriptedVenue } from "./okx-scripted-venue.ts";

const key = { apiKey: "test-key-1", secret: "test-secret-1", passphrase: "test-phrase-1" };
const libraries: readonly VenueLibrary[] = ["direct", "okx_sdk", "ccxt"];
const swap = "BTC-USDT-SWAP";
const page = { instId: swap, beginMs: 1, endMs: 2, after: null, limit: 2 };
const permit = Object.freeze({}) as Permit;

const order: NewOrder = {
  ...{ instId: swap, tdMode: "cross", side: "buy", posSide: "net", ordType: "limit" },
  ...{ sz: "1.00", px: "30000.10", clOrdId: "a1", reduceOnly: true, stpMode: "cancel_both" },
  ...{ tag: "assay", expTimeMs: 1_700_000_000_999 },
};

const reads: Readonly<Record<string, (venue: Venue) => Promise<Answer<unknown>>>> = {
  serverTime: async (venue) => venue.serverTime(),
  systemStatus: async (venue) => venue.systemStatus(),
  instrument: async (venue) => venue.instrument(swap),
  ticker: async (venue) => venue.ticker(swap),
  book: async (venue) => venue.book(swap, 5),
  candles: async (venue) => venue.candles(swap, "1m", 2),
  markPrice: async (venue) => venue.markPrice(swap),
  indexPrice: async (venue) => venue.indexPrice(swap),
  fundingRate: async (venue) => venue.fundingRate(swap),
  accountConfig: async (venue) => venue.accountConfig(),
  balance: async (venue) => venue.balance("USDT"),
  positions: async (venue) => venue.positions(swap),
  leverage: async (venue) => venue.leverage(swap, "cross"),
  feeRates: async (venue) => venue.feeRates(swap),
  openOrders: async (venue) => venue.openOrders(swap),
  openAlgoOrders: async (venue) => venue.openAlgoOrders(swap, "trigger"),
  order: async (venue) => venue.order(swap, { clOrdId: "a1" }),
  ordersHistoryPage: async (venue) => venue.ordersHistoryPage(page),
  fillsPage: async (venue) => venue.fillsPage({ ...page, after: "5002" }),
  billsPage: async (venue) => venue.billsPage(page),
};

test("every library reads the same answers into the same words", async () => {
  const told = new Map<string, unknown>();
  for (const library of libraries) {
    await using venue = await startScriptedVenue(key);
    for (const [path, data] of Object.entries(scriptedAnswers)) {
      venue.replies.set(path, { json: { code: "0", msg: "", data } });
    }
    const client = await open(library, venue);
    for (const [name, read] of Object.entries(reads)) {
      const answer = await read(client);
      assert.ok(answer.ok, `${library} ${name}: ${JSON.stringify(answer)}`);
      const seen = venue.seen.at(-1);
      assert.ok(seen !== undefined, name);
      const isPublic = /\/(public|market|system)\//.test(seen.path);
      assert.equal(seen.signed, !isPublic, `${library} ${name} is signed where it must be`);
      assert.equal(answer.call.endpoint, seen.path);
      const sent = { query: seen.query, value: answer.value, endpoint: answer.call.endpoint };
      if (library === "direct") told.set(name, sent);
      else assert.deepEqual(sent, told.get(name), `${library} ${name}`);
    }
    await client.close();
  }
  assert.deepEqual(told.get("ordersHistoryPage"), expectedHistory);
});

test("decimals come through as the texts they were", async () => {
  for (const library of libraries) {
    await using venue = await startScriptedVenue(key);
    for (const [path, data] of Object.entries(scriptedAnswers)) {
      venue.replies.set(path, { json: { code: "0", msg: "", data } });
    }
    const client = await open(library, venue);
    const [ticker, balance, positions] = [
      await client.ticker(swap),
      await client.balance("USDT"),
      await client.positions(swap),
    ];
    assert.ok(ticker.ok && balance.ok && positions.ok);
    assert.deepEqual([ticker.value.bidPx, ticker.value.bidSz], ["30000.10", "5.00"]);
    assert.equal(balance.value.eq, "10012.340000010");
    assert.deepEqual(
      positions.value.map((each) => [each.pos, each.liqPx]),
      [["-1.50", null]],
    );
    await client.close();
  }
});

test("an order leaves once, signed, as it was permitted", async () => {
  for (const library of libraries) {
    await using venue = await startScriptedVenue(key);
    venue.replies.set("/api/v5/trade/order", ack());
    const passed: OrderSubject[] = [];
    const gate: SendGate = {
      pass(_permit, subject) {
        assert.equal(venue.seen.length, 0);
        passed.push(subject);
        return { ok: true, value: undefined };
      },
    };
    const client = await open(library, venue, gate);
    const answer = await client.place(permit, order);
    assert.ok(answer.ok, JSON.stringify(answer));
    assert.deepEqual(answer.value, { ordId: "900", clOrdId: "a1" });
    assert.deepEqual(passed, [placeSubject(order)]);
    assert.equal(venue.seen.length, 1);
    const [seen] = venue.seen;
    assert.ok(seen?.signed);
    assert.equal(seen.headers["x-simulated-trading"], "1");
    assert.equal(seen.headers["exptime"], "1700000000999");
    // okx-api puts a tag of its own in place of ours.
    const tag = library === "okx_sdk" ? "159881cb7207BCDE" : "assay";
    assert.deepEqual(seen.body, {
      ...{ instId: swap, tdMode: "cross", clOrdId: "a1", side: "buy", ordType: "limit" },
      ...{ sz: "1.00", posSide: "net", px: "30000.10", reduceOnly: true },
      ...{ stpMode: "cancel_both", tag },
    });
    assert.deepEqual(answer.call.params, seen.body, "the record holds what left");
    await client.close();
  }
});

test("what the gate refuses never leaves", async () => {
  for (const library of libraries) {
    await using venue = await startScriptedVenue(key);
    const refusal = { code: "permit_spent", message: "a permit is for one use" } as const;
    const gate: SendGate = { pass: () => ({ ok: false, fault: refusal }) };
    const client = await open(library, venue, gate);
    const placed = await client.place(permit, order);
    const change = { instId: swap, by: { ordId: "900" }, newSz: "2", newPx: null, expTimeMs: null };
    const amended = await client.amend(permit, change);
    for (const answer of [placed, amended]) {
      assert.ok(!answer.ok);
      assert.deepEqual(answer.failure, { kind: "not_sent", ...refusal });
      assert.equal(answer.call.latencyMs, null);
    }
    assert.deepEqual(amended.call.params, { instId: swap, ordId: "900", newSz: "2" });
    // A cancel needs no permit.
    venue.replies.set("/api/v5/trade/cancel-order", ack());
    assert.ok((await client.cancel(swap, { ordId: "900" })).ok);
    assert.deepEqual(
      venue.seen.map((each) => each.path),
      ["/api/v5/trade/cancel-order"],
    );
    await client.close();
  }
});

test("an amendment passes the gate for its own subject", async () => {
  for (const library of libraries) {
    await using venue = await startScriptedVenue(key);
    venue.replies.set("/api/v5/trade/amend-order", ack());
    const passed: OrderSubject[] = [];
    const gate: SendGate = {
      pass(_permit, subject) {
        passed.push(subject);
        return { ok: true, value: undefined };
      },
    };
    const client = await open(library, venue, gate);
    const change = {
      instId: swap,
      by: { clOrdId: "a1" },
      newSz: null,
      newPx: "29999.9",
      expTimeMs: null,
    };
    assert.ok((await client.amend(permit, change)).ok);
    assert.deepEqual(passed, [amendSubject(change)]);
    await client.close();
  }
});

const failures: readonly (readonly [string, Reply, string, string, string | null])[] = [
  ["no answer in time", "silence", "unknown", "timeout", "timeout"],
  ["a connection that is cut", "cut", "unknown", "connection_error", "connection_error"],
  [
    "a server error",
    { status: 500, text: "<html>oops</html>" },
    "unknown",
    "http_5xx",
    "http_error",
  ],
  [
    "a server error with a code",
    { status: 503, json: { code: "50001", msg: "Service temporarily unavailable.", data: [] } },
    ...(["unknown", "http_5xx", "http_error"] as const),
  ],
  [
    "too many requests",
    { status: 429, json: { code: "50011", msg: "Too Many Requests" } },
    ...(["refused", "rate_limited", "api_error"] as const),
  ],
  [
    "too many requests, said by a proxy",
    { status: 429, text: "slow down" },
    ...(["refused", "rate_limited", "http_error"] as const),
  ],
  ["an answer that is no JSON", { text: "OK" }, "unknown", "answer_unreadable", "http_error"],
  [
    "an answer without rows",
    { json: { code: "0", msg: "", data: [] } },
    "unknown",
    "answer_empty",
    null,
  ],
  [
    "an answer of another shape",
    { json: { code: "0", msg: "", data: [{ ordId: 7, sCode: "0", sMsg: "" }] } },
    ...(["unknown", "answer_malformed", null] as const),
  ],
  [
    "a request that may have timed out inside",
    { status: 400, json: { code: "50004", msg: "Endpoint request timeout.", data: [] } },
    ...(["unknown", "venue_unavailable", "api_error"] as const),
  ],
  ["too little margin", refusal("51008"), "refused", "insufficient_funds", "api_error"],
  [
    "a client id used before",
    refusal("51016"),
    "refused",
    "duplicate_client_order_id",
    "api_error",
  ],
  ["a code that nobody knows", refusal("59999"), "unknown", "venue_code_unknown", "api_error"],
  [
    "a wrong signature",
    { status: 401, json: { code: "50113", msg: "Invalid Sign", data: [] } },
    ...(["refused", "invalid_api_key", "api_error"] as const),
  ],
];

for (const [what, reply, kind, code, errorType] of failures) {
  test(`${what} is told alike by every library, and nothing is sent again`, async () => {
    for (const library of libraries) {
      await using venue = await startScriptedVenue(key);
      venue.replies.set("/api/v5/trade/order", reply);
      const client = await open(library, venue);
      const answer = await client.place(permit, order);
      assert.ok(!answer.ok, library);
      const { failure, call } = answer;
      const told = [failure.kind, failure.code, call.errorType];
      assert.deepEqual(told, [kind, code, errorType], `${library}: ${JSON.stringify(answer)}`);
      assert.equal(venue.seen.length, 1, `${library} sends once`);
      await client.close();
    }
  });
}

test("where nobody listens nothing was sent", async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
  const address = gone.address();
  assert.ok(typeof address === "object" && address !== null);
  await new Promise((resolve) => gone.close(resolve));
  for (const library of libraries) {
    const client = await open(library, {
      baseUrl: `http://127.0.0.1:${address.port}`,
      streamUrl: "",
    });
    const answer = await client.place(permit, order);
    assert.ok(!answer.ok);
    const told = [answer.failure.kind, answer.failure.code, answer.call.errorType];
    assert.deepEqual(told, ["not_sent", "exchange_api_unreachable", "connection_error"], library);
    await client.close();
  }
});

test("an order that the venue does not know is not found", async () => {
  for (const library of libraries) {
    await using venue = await startScriptedVenue(key);
    const client = await open(library, venue);
    const ask = async (json: unknown): Promise<readonly string[]> => {
      venue.replies.set("/api/v5/trade/order", { json });
      const answer = await client.order(swap, { clOrdId: "a1" });
      return answer.ok ? [] : [answer.failure.kind, answer.failure.code];
    };
    const unknown = { code: "51603", msg: "Order does not exist.", data: [] };
    assert.deepEqual(await ask(unknown), ["refused", "order_not_found"]);
    // An answer without a row is no proof that there is no order.
    assert.deepEqual(await ask({ code: "0", msg: "", data: [] }), ["unknown", "answer_empty"]);
    await client.close();
  }
});

test("a full page names the next one, a short one is the last", async () => {
  for (const library of libraries) {
    await using venue = await startScriptedVenue(key);
    const rows = [orderRow("905", "filled"), orderRow("904", "filled"), orderRow("903", "filled")];
    venue.replies.set("/api/v5/trade/orders-history", (seen) => {
      const after = Number(seen.query["after"] ?? "999");
      const older = rows.filter((row) => Number(row["ordId"]) < after);
      return { json: { code: "0", msg: "", data: older.slice(0, Number(seen.query["limit"])) } };
    });
    const client = await open(library, venue);
    const ids: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const answer = await client.ordersHistoryPage({ ...page, after });
      assert.ok(answer.ok);
      ids.push(...answer.value.rows.map((row) => row.ordId));
      after = answer.value.next;
      pages += 1;
    } while (after !== null);
    assert.deepEqual(ids, ["905", "904", "903"]);
    assert.equal(pages, 2);
    await client.close();
  }
});

test("no key, signature or passphrase is in the record of a call", async () => {
  for (const library of libraries) {
    await using venue = await startScriptedVenue(key);
    const echo = `${key.apiKey} ${key.secret} ${key.passphrase}`;
    venue.replies.set("/api/v5/trade/order", {
      json: { code: "50113", msg: echo, data: [{ sign: "x" }] },
    });
    const client = await open(library, venue);
    const answer = await client.place(permit, order);
    assert.ok(!answer.ok);
    const text = JSON.stringify(answer);
    for (const secret of Object.values(key)) assert.ok(!text.includes(secret), library);
    assert.ok(!text.includes('"x"'), library);
    await client.close();
  }
});

test("cancelling an algo order sends a list, and the timer of the venue is told", async () => {
  for (const library of libraries) {
    await using venue = await startScriptedVenue(key);
    const cancelled = { algoId: "71", sCode: "0", sMsg: "" };
    venue.replies.set("/api/v5/trade/cancel-algos", {
      json: { code: "0", msg: "", data: [cancelled] },
    });
    const timer = { triggerTime: "1700000060000", tag: "", ts: "1700000000000" };
    venue.replies.set("/api/v5/trade/cancel-all-after", {
      json: { code: "0", msg: "", data: [timer] },
    });
    const client = await open(library, venue);
    assert.ok((await client.cancelAlgo(swap, "71")).ok);
    const [entry] = (venue.seen[0]?.body ?? []) as Record<string, string>[];
    assert.deepEqual([entry?.["instId"], entry?.["algoId"]], [swap, "71"]);
    const answer = await client.cancelAllAfter(60);
    assert.ok(answer.ok);
    const { tag } = (venue.seen.at(-1)?.body ?? {}) as Record<string, string>;
    assert.equal(tag, library === "okx_sdk" ? "159881cb7207BCDE" : undefined, library);
    assert.deepEqual(answer.value, { triggerMs: 1_700_000_060_000 });
    await client.close();
  }
});

test("a venue of this process is asked without a socket, and may fail like one", async () => {
  const access = {
    ...{ baseUrl: "", streamUrl: null, key, demo: true, timeoutMs: 50, nowMs: Date.now },
    gate: { pass: () => ({ ok: true, value: undefined }) } satisfies SendGate,
  };
  const body = JSON.stringify({ code: "0", msg: "", data: scriptedAnswers["/api/v5/public/time"] });
  const paths: string[] = [];
  const client = openDirectVenue(access, (request) => {
    paths.push(`${request.method} ${request.path}`);
    return { status: 200, body };
  });
  const answer = await client.serverTime();
  assert.ok(answer.ok);
  assert.equal(answer.value, 1_700_000_000_123);
  assert.deepEqual(paths, ["GET /api/v5/public/time"]);

  const failure = async (service: HttpSend): Promise<unknown> => {
    const failed = await openDirectVenue(access, service).serverTime();
    return failed.ok ? null : [failed.failure.kind, failed.failure.code];
  };
  const forever: HttpSend = async () => new Promise(() => {});
  assert.deepEqual(await failure(forever), ["unknown", "timeout"]);
  const reset = Object.assign(new Error("reset"), { code: "ECONNRESET" });
  assert.deepEqual(await failure(async () => Promise.reject(reset)), [
    "unknown",
    "connection_error",
  ]);
});

async function open(
  library: VenueLibrary,
  { baseUrl, streamUrl }: Pick<ScriptedVenue, "baseUrl" | "streamUrl">,
  gate: SendGate = { pass: () => ({ ok: true, value: undefined }) },
): Promise<Venue> {
  const where = { baseUrl, streamUrl, key, demo: true, timeoutMs: 300 };
  return openVenue(library, { ...where, gate, nowMs: Date.now });
}

function ack(): Reply {
  const row = { ordId: "900", clOrdId: "a1", tag: "", ts: "1700000000123", sCode: "0", sMsg: "" };
  return { json: { code: "0", msg: "", data: [row], inTime: "1", outTime: "2" } };
}

function refusal(sCode: string): Reply {
  const row = { ordId: "", clOrdId: "a1", tag: "", ts: "1700000000123", sCode, sMsg: "No." };
  return { json: { code: "1", msg: "All operations failed", data: [row] } };
}

const expectedOrder = {
  ...{ instId: swap, clOrdId: "a1", tdMode: "cross", side: "buy", posSide: "net" },
  ...{ ordType: "limit", sz: "1.00", px: "30000.2", fillSz: "0.50", accFillSz: "0.50" },
  ...{ avgPx: "30000.2", fee: "-0.0750005", feeCcy: "USDT", reduceOnly: true },
  ...{ stpMode: "cancel_maker", createdMs: 1_700_000_000_100, updatedMs: 1_700_000_000_222 },
};

const expectedHistory = {
  query: { instType: "SWAP", instId: swap, begin: "1", end: "2", limit: "2" },
  endpoint: "/api/v5/trade/orders-history",
  value: {
    rows: [
      { ...expectedOrder, ordId: "900", state: "filled", cancelSource: null },
      { ...expectedOrder, ordId: "899", state: "canceled", cancelSource: "32" },
    ],
    next: "899",
  },
};
