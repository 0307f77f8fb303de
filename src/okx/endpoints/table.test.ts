import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAnswer } from "../answer.ts";
import { columnsSchema, isColumns, requestSchema, rowSchema } from "../row-schema.ts";
import { endpoints, findEndpoint } from "./table.ts";

test("each endpoint has one name and one call, and its shapes are made of known kinds", () => {
  assert.equal(new Set(endpoints.map((each) => each.name)).size, endpoints.length);
  assert.equal(new Set(endpoints.map((each) => each.method + each.path)).size, endpoints.length);
  for (const each of endpoints) {
    requestSchema(each.request);
    if (isColumns(each.answer)) columnsSchema(each.answer);
    else rowSchema(each.answer);
    assert.equal(findEndpoint(each.method, each.path), each);
  }
});

test("the cursor of every paged endpoint is a field of its rows", () => {
  for (const { name, answer, paging, request } of endpoints) {
    if (paging === null) continue;
    if (!isColumns(answer)) assert.ok(paging.cursor in answer, name);
    for (const key of ["after", "before", "limit"]) assert.ok(key in request, `${name} ${key}`);
    assert.equal(paging.window, "begin" in request && "end" in request, name);
  }
});

test("only a key that may trade changes anything", () => {
  for (const { name, method, auth } of endpoints) {
    assert.equal(method === "POST", auth === "trade", name);
  }
});

test("a fault names the call and the field", () => {
  const read = parseAnswer("mark_price", {
    code: "0",
    msg: "",
    data: [{ instType: "SWAP", instId: "BTC-USDT-SWAP", markPx: "", ts: "1597026383085" }],
  });
  assert.ok(!read.ok);
  assert.equal(read.fault.at, "data[0].markPx");
  assert.equal(
    read.fault.message,
    "GET /api/v5/public/mark-price: data[0].markPx is not decimal text",
  );
});
