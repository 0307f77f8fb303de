import assert from "node:assert/strict";
import { test } from "node:test";
import { filterFields, filterText, isFilter, parseFilter } from "./snapshot-filter.ts";

test("a filter reads back as it was written", () => {
  for (const text of [
    "window=train",
    "window!=a=b",
    "lifetime_return>=0.1",
    "lifetime_return<-1.5",
    "closed>10",
    "generation<=3",
    "seed=7",
    "has_nan=false",
    "has_inf!=true",
    "gene_id=0123456789abcdef",
  ]) {
    const filter = parseFilter(text);
    assert.ok(filter.ok, text);
    assert.equal(filterText(filter.value), text);
    assert.ok(isFilter(filter.value));
  }
});

test("unknown fields, wrong kinds of value and missing parts are refused in one line", () => {
  for (const text of [
    "",
    "window",
    "window=",
    "=train",
    "weights=1",
    "__proto__=1",
    "toString=1",
    "closed=ten",
    "closed=0x10",
    "closed= 1",
    "closed=1e999",
    "has_nan=1",
    "window>train",
    "has_nan>=true",
    "closed==1",
  ]) {
    const filter = parseFilter(text);
    assert.ok(!filter.ok, text);
    assert.equal(filter.fault.code, "snapshot_filter_malformed");
    assert.ok(!filter.fault.message.includes("\n"));
  }
});

test("a recorded filter of another kind of value is none", () => {
  assert.ok(filterFields.length > 20);
  assert.ok(!isFilter({ field: "closed", operator: "=", value: "10" }));
  assert.ok(!isFilter({ field: "window", operator: ">", value: "a" }));
  assert.ok(!isFilter({ field: "has_nan", operator: "=", value: "false" }));
  assert.ok(!isFilter({ field: "constructor", operator: "=", value: "a" }));
});
