import assert from "node:assert/strict";
import { test } from "node:test";
import { bindColumns, parseBarColumns, parseFundingColumns, planText } from "./columns.ts";
import { splitCells } from "./csv-cells.ts";

test("columns bind by header name when there is a header, whatever their order", () => {
  const bound = bind(
    "ts_iso=Date,open,high,low,close,volume",
    "close,Date,volume,low,High,open,adj",
  );
  assert.ok(bound.ok);
  assert.equal(bound.value.hasHeader, true);
  assert.equal(bound.value.at("ts_iso"), 1);
  assert.equal(bound.value.at("high"), 4);
  assert.equal(bound.value.width, 7);
});

test("columns bind by place when the first line is data", () => {
  const bound = bind("ts_s,-,open,high,low,close,volume", "1640995200,BTC,1,2,1,2,nan");
  assert.ok(bound.ok);
  assert.equal(bound.value.hasHeader, false);
  assert.equal(bound.value.at("open"), 2);
});

test("a header that lacks a column, repeats one or is separated otherwise says so", () => {
  const plan = "ts_ms,open,high,low,close,volume";
  assert.match(
    message(bind(plan, "ts_ms,open,high,low,close")),
    /no column "volume"; the header has/,
  );
  assert.match(message(bind(plan, "ts_ms,open,high,low,close,volume,Open")), /names "open" twice/);
  assert.match(
    message(bind(plan, "ts_ms;open;high;low;close;volume")),
    /something else than commas/,
  );
  assert.match(message(bind(plan, "1,2,3")), /3 columns and no header, but 6 are declared/);
});

test("a plan must be complete and unambiguous", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["ts_ms,open,high,low,close", /missing volume/],
    ["open,high,low,close,volume", /exactly one of ts_ms, ts_s, ts_iso/],
    ["ts_ms,ts_s,open,high,low,close,volume", /exactly one of/],
    ["ts_ms,open,open,high,low,close,volume", /open is declared twice/],
    ["time,open,high,low,close,volume", /"time" is no column; known are ts_ms/],
    ["", /is no column/],
  ];
  for (const [text, expected] of cases) assert.match(message(parseBarColumns(text)), expected);
  assert.equal(parseFundingColumns("ts_ms,funding_rate").ok, true);
  assert.equal(parseFundingColumns("ts_ms,rate").ok, false);
});

test("a plan is recorded in the words it was given", () => {
  const plan = parseBarColumns("ts_iso=date, open,high,low,close,-,volume");
  assert.ok(plan.ok);
  assert.equal(planText(plan.value), "ts_iso=date,open,high,low,close,-,volume");
});

test("quoted cells keep their commas and quotes", () => {
  assert.deepEqual(splitCells('1, "a,b" ,"say ""hi""",'), ["1", "a,b", 'say "hi"', ""]);
});

function bind(plan: string, firstLine: string) {
  const parsed = parseBarColumns(plan);
  assert.ok(parsed.ok);
  return bindColumns(parsed.value, splitCells(firstLine));
}

function message(result: { ok: boolean; fault?: { message: string } }): string {
  assert.equal(result.ok, false);
  return result.fault?.message ?? "";
}
