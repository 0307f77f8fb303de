import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBatch, parseRequest } from "./request.ts";
import { parseClientFrame } from "./ws/client-frame.ts";

const order = { instId: "BTC-USDT-SWAP", tdMode: "cross", side: "buy", ordType: "limit", sz: "1" };

test("numbers and flags of an order are read in either spelling, the unknown is dropped", () => {
  const given = { ...order, px: 30210.4, reduceOnly: "true", clOrdId: "", ccy: null, extra: 1 };
  assert.deepEqual(parseRequest("place_order", given), {
    ok: true,
    value: { ...order, px: "30210.4", reduceOnly: true },
  });
});

test("a missing parameter is 50014, a wrong one 51000, no object 50002", () => {
  const refused = (value: unknown): unknown[] => {
    const read = parseRequest("place_order", value);
    return read.ok ? [] : [read.fault.venueCode, read.fault.at, read.fault.params];
  };
  assert.deepEqual(refused({ ...order, sz: "" }), ["50014", "sz", ["sz"]]);
  assert.deepEqual(refused({ ...order, side: "up" }), ["51000", "side", ["side"]]);
  assert.deepEqual(refused({ ...order, sz: "1,5" }), ["51000", "sz", ["sz"]]);
  for (const sz of ["1e1", "1E+2", "0x10", "+1"]) {
    assert.deepEqual(refused({ ...order, sz }), ["51000", "sz", ["sz"]], sz);
  }
  assert.equal(refused({ ...order, attachAlgoOrds: [{ slOrdPx: "1e3" }] })[0], "51000");
  assert.deepEqual(refused({ ...order, attachAlgoOrds: [{ slOrdPx: "x" }] }), [
    "51000",
    "attachAlgoOrds[0].slOrdPx",
    ["attachAlgoOrds[0].slOrdPx"],
  ]);
  assert.equal(refused([order])[0], "50002");
  assert.equal(refused("order")[0], "50002");
});

test("a batch judges each entry and refuses itself when it is too long", () => {
  const read = parseBatch("place_orders", [order, { ...order, instId: "" }]);
  assert.ok(read.ok);
  assert.deepEqual(
    read.value.map((entry) => entry.ok),
    [true, false],
  );
  const code = (name: "place_orders" | "cancel_orders" | "amend_orders", body: unknown): string => {
    const batch = parseBatch(name, body);
    return batch.ok ? "" : batch.fault.venueCode;
  };
  const many = Array.from({ length: 21 }, () => order);
  assert.equal(code("place_orders", many), "51111");
  assert.equal(code("cancel_orders", many), "51406");
  assert.equal(code("amend_orders", many), "51501");
  assert.equal(code("place_orders", []), "50014");
  assert.equal(code("place_orders", order), "50002");
});

test("what a client says on a connection is read, or refused with the venue's code", () => {
  const read = (frame: unknown): unknown => {
    const parsed = parseClientFrame(typeof frame === "string" ? frame : JSON.stringify(frame));
    return parsed.ok ? parsed.value : parsed.fault.venueCode;
  };
  assert.deepEqual(read("ping"), { type: "ping" });
  const arg = { channel: "books", instId: "BTC-USDT-SWAP" };
  assert.deepEqual(read({ op: "subscribe", args: [arg] }), {
    type: "subscribe",
    id: null,
    args: [arg],
  });
  const key = { apiKey: "k", passphrase: "p", timestamp: 1538054050, sign: "s" };
  assert.deepEqual(read({ op: "login", args: [key] }), {
    type: "login",
    id: null,
    keys: [{ ...key, timestamp: "1538054050" }],
  });
  assert.deepEqual(read({ op: "order", id: 7, args: [order], expTime: "1597026383085" }), {
    type: "write",
    id: "7",
    op: "order",
    args: [order],
    expTime: "1597026383085",
  });
  assert.equal(read("{"), "60012");
  assert.equal(read([]), "60012");
  assert.equal(read({ op: "subscribe" }), "60013");
  assert.equal(read({ op: "subscribe", args: [{ instId: "X" }] }), "60027");
  assert.equal(read({ op: "dance", args: [{}] }), "60019");
  assert.equal(read({ op: "order", args: [order] }), "60027");
  assert.equal(read({ op: "order", args: [order], id: "no-dash" }), "60013");
  assert.equal(read({ op: "login", args: [{ ...key, sign: "" }] }), "60002");
});
