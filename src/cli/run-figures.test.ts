import assert from "node:assert/strict";
import { test } from "node:test";
import { money, sparkline } from "./run-figures.ts";

test("a sparkline spans from least to most, one block a slice", () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 60), "▁▂▃▄▅▆▇█");
  assert.equal(sparkline([7, 0], 60), "█▁");
  assert.equal(sparkline([5, 5, 5], 60), "▄▄▄");
  assert.equal(sparkline([], 60), "");
  const long = sparkline(
    Array.from({ length: 1000 }, (_, index) => index),
    60,
  );
  assert.equal(long.length, 60);
  assert.equal(long.at(-1), "█");
});

test("money is whole units, grouped", () => {
  assert.equal(money(1_234_567_890_000), "1,234,568");
  assert.equal(money(-2_500_000), "-3");
  assert.equal(money(-1), "0");
});
