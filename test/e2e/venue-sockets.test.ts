import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import type { SimulatedVenue, VenueAddress } from "#simulator";
import { type Desk, lowerCase, openDesk, restingBuy, signedHeaders } from "./venue-desk.ts";

const loopback = { host: "127.0.0.1", port: 0 };

async function listening(desk: Desk): Promise<VenueAddress> {
  const address = await desk.venue.listen(loopback);
  assert.ok(address.ok, address.ok ? "" : address.fault.message);
  return address.value;
}

function placing({ venue, trader }: Desk, clOrdId: string): RequestInit {
  const body = JSON.stringify({ ...restingBuy, px: "59000", clOrdId });
  const signed = { method: "POST", path: "/api/v5/trade/order", body } as const;
  const headers = {
    ...signedHeaders(venue, trader.key, signed),
    "content-type": "application/json",
  };
  return { method: "POST", body, headers: lowerCase(headers) };
}

test("over a socket it is the same service, and a lost answer is a reset connection", async () => {
  const desk = openDesk();
  const { restUrl } = await listening(desk);
  const url = `${restUrl}/api/v5/trade/order`;
  const placed = await fetch(url, placing(desk, "s1"));
  assert.equal(placed.status, 200);
  assert.equal(placed.headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal(((await placed.json()) as { code: string }).code, "0");
  desk.venue.faults.add({ match: { nth: 1 }, fault: { kind: "drop_answer" } });
  await assert.rejects(fetch(url, placing(desk, "s2")), (cause: Error) => {
    return /ECONNRESET|other side closed/.test(String((cause.cause as Error | undefined)?.message));
  });
  const accepted = desk.venue.oracle.accepted().map(({ cl_ord_id: id }) => id);
  assert.deepEqual(accepted, ["s1", "s2"]);
  assert.equal((await fetch(`${restUrl}/nowhere`)).status, 404);
});

test("a body that is too long is turned away unread", async () => {
  const desk = openDesk();
  const { restUrl } = await listening(desk);
  const answer = await fetch(`${restUrl}/api/v5/trade/order`, {
    method: "POST",
    body: "x".repeat(100_000),
    headers: { "content-type": "application/json" },
  });
  assert.equal(answer.status, 413);
  assert.equal(((await answer.json()) as { code: string }).code, "413");
});

test("two venues cannot listen at one address, and closing one frees it", async () => {
  const [one, other] = [openDesk(), openDesk()];
  const { port } = await listening(one);
  const taken = await other.venue.listen({ host: "127.0.0.1", port });
  assert.equal(taken.ok ? "" : taken.fault.code, "address_unavailable");
  await one.venue.close();
  assert.equal((await other.venue.listen({ host: "127.0.0.1", port })).ok, true);
});

function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.on("close", (code) => resolve(code)));
}

function opened(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on("open", () => resolve(socket)).on("error", reject);
  });
}

test("connections are cut for what OKX cuts them for", async () => {
  let machineMs = 1_000_000;
  const machine = {
    nowMillis: () => machineMs,
    nowMicros: () => machineMs * 1000,
    after: () => () => {},
  };
  const desk = openDesk({ machine });
  const { streamUrl } = await listening(desk);
  const long = await opened(`${streamUrl}/public`);
  const tooLong = closeCode(long);
  long.send(`{"op":"subscribe","args":["${"x".repeat(70_000)}"]}`);
  assert.equal(await tooLong, 1009);
  const idle = await opened(`${streamUrl}/public`);
  const silent = closeCode(idle);
  machineMs += 30_000;
  assert.equal(await silent, 4004);
  await assert.rejects(opened(`${streamUrl}/gossip`), /404/);
});

test("no more than three connections of one address come in a second", async () => {
  const desk = openDesk({ rateLimits: true });
  const { streamUrl } = await listening(desk);
  const sockets = await Promise.allSettled([1, 2, 3, 4].map(() => opened(`${streamUrl}/public`)));
  assert.equal(sockets.filter(({ status }) => status === "fulfilled").length, 3);
  assert.equal(desk.venue.counters.of("streams", "refused"), 1);
});

async function adminOf(venue: SimulatedVenue, token: string) {
  const url = await venue.listenAdmin(loopback);
  assert.ok(url.ok);
  return async (method: string, path: string, body?: unknown, bearer = token) => {
    const answer = await fetch(url.value + path, {
      method,
      headers: { authorization: `Bearer ${bearer}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, told: (await answer.json()) as Record<string, unknown> };
  };
}

test("the admin door opens to its own token alone, on a port of its own", async () => {
  const desk = openDesk();
  const { venue, roster, trader } = desk;
  const { restUrl } = await listening(desk);
  const admin = await adminOf(venue, roster.adminToken);
  assert.equal((await admin("GET", "/counters")).status, 200);
  for (const secret of [trader.key.secretKey, trader.key.apiKey, trader.key.passphrase, ""]) {
    assert.equal((await admin("GET", "/counters", undefined, secret)).status, 401);
  }
  const bearer = { authorization: `Bearer ${roster.adminToken}` };
  assert.equal((await fetch(`${restUrl}/admin/counters`, { headers: bearer })).status, 404);
  assert.equal((await admin("POST", "/orders", {})).status, 404);
});

test("through the admin door faults come and go, time passes, and the truth is told", async () => {
  const desk = openDesk();
  const { venue, roster, trader } = desk;
  const admin = await adminOf(venue, roster.adminToken);
  const rule = { id: "busy", match: {}, fault: { kind: "http_429" } };
  assert.deepEqual((await admin("POST", "/faults", rule)).told, { id: "busy" });
  assert.equal((await trader.get("/api/v5/account/balance")).code, "50011");
  const { told } = await admin("GET", "/faults");
  assert.deepEqual(told["counts"], [{ rule: "busy", kind: "http_429", met: 1, fired: 1 }]);
  assert.equal((await admin("DELETE", "/faults/busy")).status, 200);
  assert.equal((await admin("DELETE", "/faults/busy")).status, 404);
  assert.equal((await admin("POST", "/faults", { fault: { kind: "earthquake" } })).status, 400);
  assert.equal((await admin("PUT", "/faults", { schema_version: "x" })).status, 400);
  await trader.post("/api/v5/trade/order", { ...restingBuy, px: "59000", clOrdId: "a1" });
  const orders = (await admin("GET", "/orders?since=0")).told["orders"] as { cl_ord_id: string }[];
  assert.deepEqual(
    orders.map(({ cl_ord_id: id }) => id),
    ["a1"],
  );
  const before = venue.clock.nowMs();
  assert.equal(
    (await admin("POST", "/clock", { advance_ms: 60_000 })).told["now_ms"],
    before + 60_000,
  );
  assert.equal((await admin("POST", "/clock", { advance_ms: -1 })).status, 400);
  const oracle = (await admin("GET", "/oracle")).told;
  assert.ok(Array.isArray(oracle["accounts"]));
  assert.equal(oracle["digest"], venue.floor.exchange.digest());
});

test("in faster time the venue moves by itself and takes wall-clock signatures", async () => {
  const desk = openDesk({ clock: { kind: "accelerated", factor: 600 } });
  const { restUrl } = await listening(desk);
  const ticker = async (): Promise<number> => {
    const answer = await fetch(`${restUrl}/api/v5/market/ticker?instId=BTC-USDT-SWAP`);
    return Number(((await answer.json()) as { data: { ts: string }[] }).data[0]?.ts);
  };
  const before = await ticker();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const passed = (await ticker()) - before;
  assert.ok(passed >= 100_000 && passed < 600_000, `${passed} ms of venue time`);
  assert.ok(desk.venue.counters.of("market", "BTC-USDT-SWAP") > 50);
  const path = "/api/v5/account/balance";
  const real = { ...desk.venue, clock: { ...desk.venue.clock, nowMs: () => Date.now() } };
  const headers = signedHeaders(real, desk.trader.key, { method: "GET", path, body: "" });
  const answer = await fetch(restUrl + path, { headers });
  assert.equal(((await answer.json()) as { code: string }).code, "0");
});
