import assert from "node:assert/strict";
import { test } from "node:test";
import { groupDigits, percentText, shortNumber, tableLines } from "./table.ts";

test("columns are as wide as their widest cell", () => {
  const columns = [
    { title: "run", align: "left" },
    { title: "births", align: "right" },
  ] as const;
  assert.deepEqual(
    tableLines(columns, [
      ["HF_1", "7"],
      ["HF_22222", "1234567"],
    ]),
    ["run        births", "HF_1            7", "HF_22222  1234567"],
  );
});

test("numbers read the same everywhere", () => {
  assert.deepEqual([0, 999, 1000, 1234567, -12345.5].map(groupDigits), [
    ...["0", "999", "1,000", "1,234,567", "-12,345.5"],
  ]);
  assert.deepEqual([7, 812, 812_345, 34_210_000, 2.5e9].map(shortNumber), [
    ...["7", "812", "812 k", "34.2 M", "2.50 G"],
  ]);
  assert.deepEqual([0.0312, -0.5].map(percentText), ["+3.12 %", "-50.00 %"]);
});
