import assert from "node:assert/strict";
import { test } from "node:test";
import { type BookUpdateRow, createBookFollower } from "#okx";
import { ConnectionLost, emptyPlan, type FaultPlan, parseFaultPlan } from "#simulator";
import { bestOf, type Desk, marketBuy, openDesk, openLine, restingBuy } from "./venue-desk.ts";

const order = "/api/v5/trade/order";
const placing = { endpoint: `POST ${order}` };

function deskWith(...rules: readonly unknown[]): Desk {
  const plan = parseFaultPlan({ ...emptyPlan, rules }, "test");
  assert.ok(plan.ok, plan.ok ? "" : plan.fault.message);
  const faults: FaultPlan = plan.value;
  return openDesk({ faults });
}

function firedOf({ venue }: Desk): readonly number[] {
  return venue.faults.counts().map(({ fired }) => fired);
}

async function place({ trader }: Desk, clOrdId: string): ReturnType<typeof trader.post> {
  return trader.post(order, { ...restingBuy, px: "59000", clOrdId });
}

async function isThere({ trader }: Desk, clOrdId: string): Promise<boolean> {
  const found = await trader.get(`${order}?instId=BTC-USDT-SWAP&clOrdId=${clOrdId}`);
  return found.code === "0";
}

test("a request that is lost was never carried out, an answer that is lost was", async () => {
  const desk = deskWith(
    { match: { ...placing, cl_ord_id_prefix: "lost" }, fault: { kind: "drop_request" } },
    { match: { ...placing, cl_ord_id_prefix: "late" }, fault: { kind: "drop_answer" } },
  );
  await assert.rejects(place(desk, "lost1"), ConnectionLost);
  await assert.rejects(place(desk, "late1"), ConnectionLost);
  assert.equal(await isThere(desk, "lost1"), false);
  assert.equal(await isThere(desk, "late1"), true);
  assert.equal((await place(desk, "fine1")).code, "0");
  assert.deepEqual(firedOf(desk), [1, 1]);
});

test("errors of the gateway come before an order is carried out, or after it", async () => {
  const desk = deskWith(
    { match: { ...placing, cl_ord_id_prefix: "a" }, fault: { kind: "http_429" } },
    { match: { ...placing, cl_ord_id_prefix: "b" }, fault: { kind: "http_5xx", status: 503 } },
    {
      match: { ...placing, cl_ord_id_prefix: "c" },
      fault: { kind: "http_5xx", status: 500, when: "after" },
    },
  );
  const [a, b, c] = [await place(desk, "a1"), await place(desk, "b1"), await place(desk, "c1")];
  assert.deepEqual([a.status, a.code], [429, "50011"]);
  assert.deepEqual([b.status, b.code], [503, "50001"]);
  assert.deepEqual([c.status, c.code], [500, "50026"]);
  const there = await Promise.all(["a1", "b1", "c1"].map((id) => isThere(desk, id)));
  assert.deepEqual(there, [false, false, true]);
  assert.deepEqual(firedOf(desk), [1, 1, 1]);
});

test("a bad gateway does not speak JSON", async () => {
  const desk = deskWith({ match: placing, fault: { kind: "http_5xx", status: 502 } });
  await assert.rejects(place(desk, "x1"), SyntaxError);
  assert.deepEqual(firedOf(desk), [1]);
});

test("latency holds the request back, or only its answer", async () => {
  const desk = deskWith(
    {
      match: { ...placing, cl_ord_id_prefix: "b" },
      fault: { kind: "latency", ms: 30, when: "before" },
    },
    {
      match: { ...placing, cl_ord_id_prefix: "a" },
      fault: { kind: "latency", ms: 30, when: "after" },
    },
  );
  const held = place(desk, "b1");
  assert.equal(await isThere(desk, "b1"), false);
  assert.equal((await held).code, "0");
  const slow = place(desk, "a1");
  assert.equal(await isThere(desk, "a1"), true);
  assert.equal((await slow).code, "0");
  assert.deepEqual(firedOf(desk), [1, 1]);
});

test("an order that waits past its expTime is not carried out", async () => {
  const desk = deskWith({ match: placing, fault: { kind: "latency", ms: 20, when: "before" } });
  const expTime = String(desk.venue.clock.nowMs() + 1000);
  const sent = desk.trader.post(order, { ...restingBuy, px: "59000", clOrdId: "e1" }, { expTime });
  desk.pass(2000);
  assert.equal((await sent).data[0]?.["sCode"], "50037");
  assert.equal(await isThere(desk, "e1"), false);
});

test("maintenance turns away what it matches, and the status says so", async () => {
  const desk = deskWith({
    match: { endpoint: "/api/v5/trade/*", to_ms: 60_000 },
    fault: { kind: "maintenance" },
  });
  const answer = await place(desk, "m1");
  assert.deepEqual([answer.status, answer.code], [503, "50001"]);
  const [status] = await desk.trader.rows("status", "/api/v5/system/status");
  assert.equal(status?.state, "ongoing");
  assert.equal((await desk.trader.get("/api/v5/account/balance")).code, "0");
  desk.pass(60_000);
  assert.deepEqual(await desk.trader.rows("status", "/api/v5/system/status"), []);
  assert.equal((await place(desk, "m2")).code, "0");
  assert.deepEqual(firedOf(desk), [1]);
});

test("frames are sent twice, lost, or the last ones of a connection", () => {
  const desk = deskWith(
    { match: { channel: "orders", nth: 1 }, fault: { kind: "duplicate" } },
    { match: { channel: "orders", nth: 2 }, fault: { kind: "drop_frame" } },
    { match: { channel: "orders", nth: 3 }, fault: { kind: "disconnect" } },
  );
  const line = openLine(desk, "private", desk.trader.key);
  line.say({ op: "subscribe", args: [{ channel: "orders", instType: "SWAP" }] });
  const send = (n: number): void =>
    line.say({ id: `${n}`, op: "order", args: [{ ...restingBuy, px: "59000", clOrdId: `f${n}` }] });
  send(1);
  assert.equal(line.of("orders").length, 2);
  assert.deepEqual(line.of("orders")[0], line.of("orders")[1]);
  send(2);
  assert.equal(line.of("orders").length, 2);
  send(3);
  assert.deepEqual(line.cuts, [4006]);
  assert.deepEqual(firedOf(desk), [1, 1, 1]);
  assert.equal(line.heard.filter(({ op }) => op === "order").length, 3);
});

test("writes over a connection are lost, refused, doubled and cut like any other", () => {
  const desk = deskWith(
    { match: { endpoint: "ws order", cl_ord_id_prefix: "a" }, fault: { kind: "drop_request" } },
    { match: { endpoint: "ws order", cl_ord_id_prefix: "b" }, fault: { kind: "drop_answer" } },
    { match: { endpoint: "ws order", cl_ord_id_prefix: "c" }, fault: { kind: "http_429" } },
    { match: { endpoint: "ws order", cl_ord_id_prefix: "d" }, fault: { kind: "duplicate" } },
    { match: { endpoint: "ws order", cl_ord_id_prefix: "e" }, fault: { kind: "disconnect" } },
    {
      match: { endpoint: "ws order", cl_ord_id_prefix: "f" },
      fault: { kind: "http_5xx", status: 500, when: "after" },
    },
  );
  const line = openLine(desk, "private", desk.trader.key);
  const codes = ["a1", "b1", "c1", "d1", "e1", "f1"].map((clOrdId) => {
    const before = line.heard.length;
    line.say({ id: clOrdId, op: "order", args: [{ ...restingBuy, px: "59000", clOrdId }] });
    return line.heard.slice(before).map(({ code }) => code);
  });
  assert.deepEqual(codes, [[], [], ["50011"], ["0", "0"], [], ["50026"]]);
  assert.deepEqual(line.cuts, [4006]);
  const accepted = desk.venue.oracle.accepted().map(({ cl_ord_id: id }) => id);
  assert.deepEqual(accepted, ["b1", "d1", "f1"]);
  assert.deepEqual(firedOf(desk), [1, 1, 1, 1, 1, 1]);
});

test("stale books stand still over REST and in the channel, then catch up", async () => {
  const desk = deskWith({
    match: { from_ms: 3000, to_ms: 9000 },
    fault: { kind: "stale_books" },
  });
  const line = openLine(desk, "public");
  line.say({ op: "subscribe", args: [{ channel: "books", instId: "BTC-USDT-SWAP" }] });
  desk.pass(3500);
  const before = await bestOf(desk);
  const pushed = line.of("books").length;
  desk.pass(4000);
  assert.deepEqual(await bestOf(desk), before);
  assert.equal(line.of("books").length, pushed);
  desk.pass(4000);
  assert.notDeepEqual(await bestOf(desk), before);
  const follower = createBookFollower("BTC-USDT-SWAP");
  for (const frame of line.of("books")) {
    const action = frame["action"] === "snapshot" ? "snapshot" : "update";
    const applied = follower.apply(action, frame.data?.[0] as unknown as BookUpdateRow);
    assert.ok(applied.ok, applied.ok ? "" : applied.fault.message);
  }
  assert.ok(line.of("books").length > pushed);
  assert.ok((firedOf(desk)[0] ?? 0) > 3);
});

test("positions read as none where there are some", async () => {
  const desk = deskWith({ match: { nth: [1, 3] }, fault: { kind: "empty_positions" } });
  await desk.trader.post(order, marketBuy);
  const count = async (): Promise<number> =>
    (await desk.trader.rows("positions", "/api/v5/account/positions")).length;
  assert.deepEqual([await count(), await count(), await count()], [0, 1, 0]);
  assert.deepEqual(firedOf(desk), [2]);
});

test("a frozen price keeps its time stamps going and its candle flat", async () => {
  const desk = deskWith({
    match: { inst_id: "BTC-USDT-SWAP", from_ms: 1, to_ms: 120_000 },
    fault: { kind: "frozen_price" },
  });
  const path = "/api/v5/market/ticker?instId=BTC-USDT-SWAP";
  const [before] = await desk.trader.rows("ticker", path);
  desk.pass(119_000);
  const [after] = await desk.trader.rows("ticker", path);
  assert.equal(after?.last, before?.last);
  assert.equal(Number(after?.ts) - Number(before?.ts), 119_000);
  const candles = "/api/v5/market/candles?instId=BTC-USDT-SWAP&limit=1";
  const [candle] = await desk.trader.rows("candles", candles);
  assert.equal(candle?.[2], candle?.[3]);
  const other = "/api/v5/market/candles?instId=ETH-USDT-SWAP&limit=1";
  const [moving] = await desk.trader.rows("candles", other);
  assert.notEqual(moving?.[2], moving?.[3]);
  assert.ok((firedOf(desk)[0] ?? 0) > 100);
});

test("scarce liquidity fills an order in part and leaves the rest", async () => {
  const desk = deskWith({ fault: { kind: "partial_fill", max_sz: "0.5" } });
  desk.pass(1000);
  const { ask } = await bestOf(desk);
  const px = String(ask);
  await desk.trader.post(order, { ...restingBuy, sz: "3", px, clOrdId: "p1" });
  const path = `${order}?instId=BTC-USDT-SWAP&clOrdId=p1`;
  const [row] = await desk.trader.rows("order", path);
  assert.equal(row?.state, "partially_filled");
  assert.equal(row?.accFillSz, "0.5");
  assert.ok((firedOf(desk)[0] ?? 0) > 1);
});

test("a clock that is off shows in the time and turns signatures away", async () => {
  const desk = deskWith({ match: { from_ms: 1000 }, fault: { kind: "clock_skew", ms: 60_000 } });
  const [before] = await desk.trader.rows("time", "/api/v5/public/time");
  assert.equal(Number(before?.ts), desk.venue.clock.nowMs());
  desk.pass(1000);
  const [after] = await desk.trader.rows("time", "/api/v5/public/time");
  assert.equal(Number(after?.ts), desk.venue.clock.nowMs() + 60_000);
  assert.equal((await desk.trader.get("/api/v5/account/balance")).code, "50102");
  assert.ok((firedOf(desk)[0] ?? 0) >= 2);
});

test("rules come and go while the venue runs", async () => {
  const desk = openDesk();
  const added = desk.venue.faults.add({ id: "stop", match: placing, fault: { kind: "http_429" } });
  assert.equal(added.ok, true);
  assert.equal((await place(desk, "r1")).code, "50011");
  assert.equal(desk.venue.faults.remove("stop"), true);
  assert.equal((await place(desk, "r2")).code, "0");
});
