import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createUnitReader } from "./unit-reader.ts";

test("a price on the grid reads without residue", () => {
  const ticks = createUnitReader("0.1");
  assert.equal(ticks.read("46214"), 462_140);
  assert.equal(ticks.read("46542.2"), 465_422);
  assert.equal(ticks.residue(), 0);
});

test("a floating artefact rounds to the nearest unit and leaves its distance", () => {
  const ticks = createUnitReader("0.01");
  assert.equal(ticks.read("1438.359985"), 143_836);
  assert.equal(ticks.residue(), 0.0015);
  assert.equal(ticks.read("0.2999999999999999888977697537484345957636833190918"), 30);
});

test("ties go to the even unit, also below zero", () => {
  const quarters = createUnitReader("0.25");
  assert.equal(quarters.read("0.125"), 0);
  assert.equal(quarters.read("0.375"), 2);
  assert.equal(quarters.read("-0.375"), -2);
  assert.equal(quarters.read("3.5e-1"), 1);
});

test("what is no finite decimal below 2^53 units is null", () => {
  const units = createUnitReader("1");
  for (const text of ["", "-", ".", "nan", "1,5", "0x10", "1e", "1.2.3", "1e400", " 1"]) {
    assert.equal(units.read(text), null, text);
  }
  assert.equal(units.read("9007199254740992"), null);
  assert.equal(units.read("9007199254740991"), 9007199254740991);
});

test("reading equals exact rational rounding for any decimal and unit", () => {
  const decimals = fc.record({
    mantissa: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
    scale: fc.integer({ min: 0, max: 14 }),
  });
  const unit = fc.constantFrom("1", "0.1", "0.01", "0.25", "0.0001", "0.000000001", "0.03", "5");
  fc.assert(
    fc.property(decimals, unit, ({ mantissa, scale }, unitText) => {
      const reader = createUnitReader(unitText);
      const read = reader.read(decimalText(mantissa, scale));
      const exact = nearest(mantissa, scale, unitText);
      const isSafe = exact <= 9007199254740991n && exact >= -9007199254740991n;
      assert.equal(read, isSafe ? Number(exact) : null);
    }),
    { seed: 20_260_111, numRuns: 2000 },
  );
});

function decimalText(mantissa: bigint, scale: number): string {
  const digits = String(mantissa < 0n ? -mantissa : mantissa).padStart(scale + 1, "0");
  const cut = digits.length - scale;
  const fraction = scale === 0 ? "" : `.${digits.slice(cut)}`;
  return `${mantissa < 0n ? "-" : ""}${digits.slice(0, cut)}${fraction}`;
}

/** The same rounding in whole-number arithmetic written another way. */
function nearest(mantissa: bigint, scale: number, unitText: string): bigint {
  const [whole = "", fraction = ""] = unitText.split(".");
  const numerator = mantissa * 10n ** BigInt(fraction.length);
  const denominator = BigInt(whole + fraction) * 10n ** BigInt(scale);
  const twice = 2n * numerator + denominator;
  const divisor = 2n * denominator;
  const floor = twice / divisor - (twice % divisor < 0n ? 1n : 0n);
  const isTie = twice % divisor === 0n;
  return isTie && floor % 2n !== 0n ? floor - 1n : floor;
}
