import assert from "node:assert/strict";
import { test } from "node:test";
import { type BookUpdateRow, createBookFollower, parseServerFrame } from "#okx";
import {
  bestOf,
  type Desk,
  type Frame,
  loginArg,
  marketBuy,
  openDesk,
  openLine,
  restingBuy,
} from "./venue-desk.ts";

const instId = "BTC-USDT-SWAP";
const order = "/api/v5/trade/order";

function events(line: Readonly<{ heard: readonly Frame[] }>): readonly unknown[] {
  return line.heard.map(({ event, code }) => code ?? event).filter((each) => each !== undefined);
}

test("every frame of every channel is one that OKX's shapes read", async () => {
  const desk = openDesk();
  const texts: string[] = [];
  const session = desk.venue.openSession("any", {
    send: (text) => texts.push(text),
    cut: () => {},
  });
  const say = (message: unknown): void => session.receive(JSON.stringify(message));
  say({ op: "login", args: [loginArg(desk.venue, desk.trader.key)] });
  const names = ["tickers", "books", "books5", "bbo-tbt", "trades", "trades-all", "candle1m"];
  const more = ["mark-price", "funding-rate", "open-interest", "price-limit", "candle5m"];
  const of = [...names, ...more, "mark-price-candle1m"].map((channel) => ({ channel, instId }));
  const index = ["index-tickers", "index-candle1m"].map((channel) => {
    return { channel, instId: "BTC-USDT" };
  });
  const typed = ["instruments", "orders", "positions", "orders-algo"].map((channel) => {
    return { channel, instType: "SWAP" };
  });
  const own = ["account", "balance_and_position", "fills", "status"].map((channel) => ({
    channel,
  }));
  say({ id: "all", op: "subscribe", args: [...of, ...index, ...typed, ...own] });
  await desk.trader.post(order, { ...marketBuy, clOrdId: "s1" });
  const stop = { instId, tdMode: "cross", side: "sell", ordType: "trigger", sz: "1" };
  const algo = { ...stop, triggerPx: "50000", orderPx: "-1" };
  assert.equal((await desk.trader.post("/api/v5/trade/order-algo", algo)).code, "0");
  desk.pass(61_000);
  const seen = new Set<string>();
  for (const text of texts) {
    const frame = parseServerFrame(text);
    assert.ok(frame.ok, frame.ok ? "" : `${frame.fault.message}: ${text.slice(0, 300)}`);
    if (frame.value.type === "push") seen.add(frame.value.channel);
    if (frame.value.type === "event") assert.notEqual(frame.value.event, "error", text);
  }
  const silent = ["status"];
  const wanted = [...of, ...index, ...typed, ...own].map(({ channel }) => channel);
  assert.deepEqual(
    wanted.filter((channel) => !seen.has(channel)),
    silent,
  );
});

test("the books channel follows the book: sequence and checksum hold", async () => {
  const desk = openDesk();
  const [early, late] = [openLine(desk, "public"), openLine(desk, "public")];
  const subscribe = { op: "subscribe", args: [{ channel: "books", instId }] };
  early.say(subscribe);
  desk.pass(5000);
  late.say(subscribe);
  const { bid } = await bestOf(desk);
  await desk.trader.post(order, { ...restingBuy, px: String(bid - 0.5) });
  // The last move is pushed a tenth of a second after it happened.
  desk.pass(20_100);
  for (const line of [early, late]) {
    const follower = createBookFollower(instId);
    let book = null;
    for (const frame of line.of("books")) {
      const action = frame["action"] === "snapshot" ? "snapshot" : "update";
      const applied = follower.apply(action, frame.data?.[0] as unknown as BookUpdateRow);
      assert.ok(applied.ok, applied.ok ? "" : applied.fault.message);
      book = applied.value;
    }
    assert.ok(line.of("books").length > 10);
    const [rest] = await desk.trader.rows("books", `/api/v5/market/books?instId=${instId}&sz=400`);
    assert.deepEqual(book?.bids, rest?.bids);
    assert.deepEqual(book?.asks, rest?.asks);
  }
  const [one, other] = [early.last("books"), late.last("books")];
  assert.deepEqual(one?.data, other?.data);
});

test("an order's life is told step by step, with the fill that made each step", async () => {
  const desk = openDesk();
  const line = openLine(desk, "private", desk.trader.key);
  line.say({
    op: "subscribe",
    args: [{ channel: "orders", instType: "ANY" }, { channel: "fills" }, { channel: "account" }],
  });
  const say = (id: string, op: string, arg: object): void => line.say({ id, op, args: [arg] });
  say("1", "order", { ...restingBuy, px: "59000", clOrdId: "o1", tag: "mine" });
  say("2", "amend-order", { instId, clOrdId: "o1", newSz: "2" });
  say("3", "cancel-order", { instId, clOrdId: "o1" });
  say("4", "order", { ...marketBuy, clOrdId: "o2" });
  const told = line.of("orders").map(({ data }) => {
    const row = data?.[0];
    return [row?.["clOrdId"], row?.["state"], row?.["sz"], row?.["fillSz"], row?.["execType"]];
  });
  assert.deepEqual(told, [
    ["o1", "live", "1", "0", ""],
    ["o1", "live", "2", "0", ""],
    ["o1", "canceled", "2", "0", ""],
    ["o2", "live", "1", "0", ""],
    ["o2", "filled", "1", "1", "T"],
  ]);
  assert.equal(line.of("orders")[0]?.data?.[0]?.["tag"], "mine");
  assert.equal(line.of("orders")[0]?.arg?.["uid"], desk.roster.accounts[0]?.uid);
  assert.equal(line.of("fills").length, 1);
  const answers = line.heard.filter(({ op }) => op !== undefined);
  assert.deepEqual(
    answers.map(({ id, op, code }) => [id, op, code]),
    [
      ["1", "order", "0"],
      ["2", "amend-order", "0"],
      ["3", "cancel-order", "0"],
      ["4", "order", "0"],
    ],
  );
  assert.match(String(answers[0]?.["inTime"]), /^\d{16}$/);
});

test("a closed position is pushed with nothing left of it", async () => {
  const desk = openDesk();
  const line = openLine(desk, "private", desk.trader.key);
  const extraParams = '{"updateInterval":"0"}';
  line.say({ op: "subscribe", args: [{ channel: "positions", instType: "SWAP", extraParams }] });
  assert.deepEqual(line.last("positions")?.data, []);
  await desk.trader.post(order, marketBuy);
  assert.equal(line.last("positions")?.data?.[0]?.["pos"], "1");
  await desk.trader.post("/api/v5/trade/close-position", { instId, mgnMode: "cross" });
  assert.equal(line.last("positions")?.data?.[0]?.["pos"], "0");
});

test("balance and positions come again each five seconds unless only changes are wanted", () => {
  const desk = openDesk();
  const line = openLine(desk, "private", desk.trader.key);
  const extraParams = '{"updateInterval":"0"}';
  line.say({
    op: "subscribe",
    args: [{ channel: "account" }, { channel: "positions", instType: "ANY", extraParams }],
  });
  desk.pass(16_000);
  assert.equal(line.of("account").length, 4);
  assert.equal(line.of("positions").length, 1);
  line.say({ op: "unsubscribe", args: [{ channel: "account" }] });
  desk.pass(20_000);
  assert.equal(line.of("account").length, 4);
});

test("channels live where OKX has them, and those of an account need a login", () => {
  const desk = openDesk();
  const codes = (side: "public" | "private" | "business", args: readonly object[]) => {
    const line = openLine(desk, side);
    line.say({ op: "subscribe", args });
    return events(line);
  };
  assert.deepEqual(codes("public", [{ channel: "candle1m", instId }]), ["64001"]);
  assert.deepEqual(codes("business", [{ channel: "tickers", instId }]), ["64002"]);
  assert.deepEqual(codes("private", [{ channel: "tickers", instId }]), ["60018"]);
  assert.deepEqual(codes("public", [{ channel: "orders", instType: "SWAP" }]), ["60018"]);
  assert.deepEqual(codes("private", [{ channel: "orders", instType: "SWAP" }]), ["60011"]);
  assert.deepEqual(codes("public", [{ channel: "tickers", instId: "NONE-USDT" }]), ["60018"]);
  assert.deepEqual(codes("public", [{ channel: "gossip", instId }]), ["60018"]);
  assert.deepEqual(codes("public", [{ channel: "tickers" }]), ["60018"]);
  const mixed = [
    { channel: "gossip", instId },
    { channel: "tickers", instId },
  ];
  assert.deepEqual(codes("public", mixed), ["60018", "subscribe"]);
});

test("messages that make no sense are answered in OKX's codes", () => {
  const desk = openDesk();
  const line = openLine(desk, "private");
  const cases: readonly (readonly [unknown, string])[] = [
    ["{", "60012"],
    ["[]", "60012"],
    [{ op: "subscribe" }, "60013"],
    [{ op: "dance", args: [{}] }, "60019"],
    [{ op: "order", args: [restingBuy] }, "60027"],
    [{ id: "1", op: "order", args: [restingBuy] }, "60011"],
    [{ op: "login", args: [{ apiKey: "k" }] }, "60002"],
  ];
  for (const [message, code] of cases) {
    line.say(message);
    assert.equal(line.heard.at(-1)?.["code"], code, JSON.stringify(message));
  }
  line.say("ping");
  assert.deepEqual(line.heard.at(-1), { pong: true });
});

async function loginCode(desk: Desk, change: object): Promise<readonly unknown[]> {
  const line = openLine(desk, "private");
  line.say({ op: "login", args: [{ ...loginArg(desk.venue, desk.trader.key), ...change }] });
  return [...events(line), ...line.cuts];
}

test("a login says what is wrong with it and ends the connection", async () => {
  const desk = openDesk();
  const old = String(Math.floor(desk.venue.clock.nowMs() / 1000) - 60);
  assert.deepEqual(await loginCode(desk, {}), ["0"]);
  assert.deepEqual(await loginCode(desk, { timestamp: old }), ["60006", 4001]);
  assert.deepEqual(await loginCode(desk, { timestamp: "now" }), ["60004", 4001]);
  assert.deepEqual(await loginCode(desk, { sign: "AAAA" }), ["60007", 4001]);
  assert.deepEqual(await loginCode(desk, { passphrase: "wrong" }), ["60024", 4001]);
  assert.deepEqual(await loginCode(desk, { apiKey: "nobody" }), ["60005", 4001]);
  const stranger = { apiKey: "00000000-0000-4000-8000-000000000000" };
  assert.deepEqual(await loginCode(desk, stranger), ["60032", 4001]);
  const line = openLine(desk, "private", desk.trader.key);
  line.say({ op: "login", args: [loginArg(desk.venue, desk.trader.key)] });
  assert.equal(line.heard.at(-1)?.["code"], "60031");
  const auditor = openLine(desk, "private", desk.auditor.key);
  auditor.say({ id: "1", op: "order", args: [restingBuy] });
  assert.equal(auditor.heard.at(-1)?.["code"], "50120");
});

test("an instrument may be named by its number", () => {
  const desk = openDesk();
  const line = openLine(desk, "private", desk.trader.key);
  const { instId: _, ...rest } = marketBuy;
  line.say({ id: "1", op: "order", args: [{ ...rest, instIdCode: 10_459 }] });
  line.say({ id: "2", op: "order", args: [{ ...rest, instIdCode: 1 }] });
  const answers = line.heard.filter(({ op }) => op === "order");
  assert.deepEqual(
    answers.map(({ data }) => data?.[0]?.["sCode"]),
    ["0", "51001"],
  );
});

test("who is gone is told nothing any more", async () => {
  const desk = openDesk();
  const texts: string[] = [];
  const sink = { send: (text: string) => texts.push(text), cut: () => {} };
  const session = desk.venue.openSession("public", sink);
  session.receive(JSON.stringify({ op: "subscribe", args: [{ channel: "tickers", instId }] }));
  session.ended();
  const before = texts.length;
  desk.pass(10_000);
  assert.equal(texts.length, before);
});
