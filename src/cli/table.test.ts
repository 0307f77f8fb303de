import assert from "node:assert/strict";
import { test } from "node:test";
import { groupDigits, percentText, shortNumber, tableLines, tableWithin } from "./table.ts";

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

test("on a narrow terminal columns leave in their order, and what is still too long is cut", () => {
  const columns = [
    { title: "run", align: "left" },
    { title: "births", align: "right", yields: 2 },
    { title: "window", align: "left", yields: 1 },
  ] as const;
  const fit = (width: number | null): unknown[] => {
    const { lines, leftOut } = tableWithin(columns, [["HF_12345", "7", "all"]], width);
    return [lines, leftOut];
  };
  const whole = ["run       births  window", "HF_12345       7  all"];
  assert.deepEqual(fit(null), [whole, []]);
  assert.deepEqual(fit(24), [whole, []]);
  assert.deepEqual(fit(20), [["run       births", "HF_12345       7"], ["window"]]);
  assert.deepEqual(fit(6), [
    ["run", "HF_12…"],
    ["window", "births"],
  ]);
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
