import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createGrid, type Grid, moneyFromText, moneyText, trimmed } from "./numbers.ts";

test("prices and sizes of an instrument become integers and come back", () => {
  const grid = gridOf("0.1", "0.01");
  assert.deepEqual(grid.ticks("30210.4"), { ok: true, value: 302104 });
  assert.deepEqual(grid.ticks("30210"), { ok: true, value: 302100 });
  assert.deepEqual(grid.ticks("30210.400"), { ok: true, value: 302104 });
  assert.equal(grid.priceText(302100), "30210");
  assert.deepEqual(grid.lots("0.07"), { ok: true, value: 7 });
  assert.equal(grid.sizeText(700), "7");
  const coarse = gridOf("2.5", "10");
  assert.deepEqual(coarse.ticks("7.5"), { ok: true, value: 3 });
  assert.equal(coarse.priceText(3), "7.5");
  assert.equal(coarse.sizeText(3), "30");
});

test("what does not lie on the grid is refused, with the reason", () => {
  const grid = gridOf("0.1", "0.01");
  const code = (result: ReturnType<Grid["ticks"]>): string => (result.ok ? "" : result.fault.code);
  assert.equal(code(grid.ticks("1.05")), "price_off_tick");
  assert.equal(code(gridOf("0.5", "1").ticks("1.2")), "price_off_tick");
  assert.equal(code(grid.lots("0.015")), "size_off_lot");
  assert.equal(code(grid.lots("")), "size_malformed");
  assert.equal(code(grid.lots("1e3x")), "size_malformed");
  assert.equal(code(grid.ticks("99999999999999999")), "price_out_of_range");
  for (const step of ["0", "-1", "", "x", "0.0000000000001"]) {
    assert.ok(!createGrid({ tickSz: step, lotSz: "1" }).ok, step);
  }
});

test("every count of steps survives the way to text and back", () => {
  const steps = fc.constantFrom("0.1", "0.01", "0.00000001", "1", "5", "0.25", "2.5", "100");
  fc.assert(
    fc.property(steps, fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (step, count) => {
      const grid = gridOf(step, step);
      assert.deepEqual(grid.ticks(grid.priceText(count)), { ok: true, value: count });
      assert.deepEqual(grid.lots(grid.sizeText(count)), { ok: true, value: count });
    }),
    { seed: 4, numRuns: 500 },
  );
});

test("money is whole numbers of 10^-8", () => {
  assert.deepEqual(moneyFromText("-0.000021955779"), { ok: true, value: -2196 });
  assert.deepEqual(moneyFromText("8694.2179403378290202"), { ok: true, value: 869421794034 });
  assert.equal(moneyText(869421794034), "8694.21794034");
  assert.equal(moneyText(-1), "-0.00000001");
  assert.equal(moneyText(0), "0");
  assert.equal(moneyText(150_000_000), "1.5");
  assert.equal(trimmed("100"), "100");
  assert.equal(trimmed("-0.000"), "0");
});

function gridOf(tickSz: string, lotSz: string): Grid {
  const grid = createGrid({ tickSz, lotSz });
  assert.ok(grid.ok);
  return grid.value;
}
