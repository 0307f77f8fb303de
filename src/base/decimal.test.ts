import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDecimal, parseDecimal } from "./decimal.ts";

test("decimal text becomes a scaled integer without a binary fraction in between", () => {
  const cases: readonly (readonly [string, number, number])[] = [
    ["0.07", 4, 700],
    ["1.15", 2, 115], // 1.15 * 100 is 114.99999999999999 in float64.
    ["-12.50", 2, -1250],
    ["007", 0, 7],
    ["1e-7", 7, 1],
    ["1.25e-7", 9, 125],
    ["12.3400", 2, 1234],
    ["1E3", 2, 100_000],
    ["-0.00", 2, 0],
    ["0e999999", 2, 0],
    ["9007199254740991", 0, Number.MAX_SAFE_INTEGER],
    ["-90071992547409.91", 2, Number.MIN_SAFE_INTEGER],
  ];
  for (const [text, scale, value] of cases) {
    assert.deepEqual(parseDecimal(text, scale), { ok: true, value }, text);
  }
});

test("what is not a plain decimal, not exact or too large is refused", () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ["", 2, "decimal_malformed"],
    ["+1", 2, "decimal_malformed"],
    [" 1", 2, "decimal_malformed"],
    ["1.", 2, "decimal_malformed"],
    [".5", 2, "decimal_malformed"],
    ["1,5", 2, "decimal_malformed"],
    ["1_000", 2, "decimal_malformed"],
    ["0x10", 2, "decimal_malformed"],
    ["NaN", 2, "decimal_malformed"],
    ["1e1e1", 2, "decimal_malformed"],
    ["1e9999999", 2, "decimal_malformed"],
    ["1\n", 2, "decimal_malformed"],
    ["1".repeat(401), 2, "decimal_malformed"],
    ["0.001", 2, "decimal_inexact"],
    ["1e-999999", 2, "decimal_inexact"],
    ["9007199254740992", 0, "decimal_out_of_range"],
    ["1e999999", 0, "decimal_out_of_range"],
    ["90071992547409.92", 2, "decimal_out_of_range"],
  ];
  for (const [text, scale, code] of cases) {
    const read = parseDecimal(text, scale);
    assert.equal(read.ok ? null : read.fault.code, code, text);
  }
});

test("rounding is to the nearest, ties to even", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["0.5", 0],
    ["1.5", 2],
    ["-2.5", -2],
    ["2.5000000000000000000000001", 3],
    ["2.4999999999999999999999999", 2],
    ["0.05e1", 0],
    ["0.04", 0],
    ["5e-9", 0],
    ["99.5", 100],
    ["-0.4", 0],
  ];
  for (const [text, value] of cases) {
    assert.deepEqual(parseDecimal(text, 0, "half_even"), { ok: true, value }, text);
  }
});

test("formatting undoes parsing at every scale", () => {
  assert.equal(formatDecimal(700, 4), "0.0700");
  assert.equal(formatDecimal(-5, 2), "-0.05");
  assert.equal(formatDecimal(-0, 2), "0.00");
  assert.equal(formatDecimal(12, 0), "12");
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.nat({ max: 18 }), (value, scale) => {
      assert.deepEqual(parseDecimal(formatDecimal(value, scale), scale), { ok: true, value });
    }),
    { seed: 18, numRuns: 500 },
  );
});

test("any decimal agrees with exact integer arithmetic", () => {
  const parts = fc.record({
    digits: fc.bigInt({ min: 0n, max: 10n ** 14n }),
    places: fc.nat({ max: 12 }),
    exponent: fc.integer({ min: -6, max: 6 }),
    scale: fc.nat({ max: 8 }),
    negative: fc.boolean(),
  });
  fc.assert(
    fc.property(parts, ({ digits, places, exponent, scale, negative }) => {
      const padded = String(digits).padStart(places + 1, "0");
      const whole = padded.slice(0, padded.length - places);
      const fraction = places === 0 ? "" : `.${padded.slice(-places)}`;
      const text = `${negative ? "-" : ""}${whole}${fraction}e${exponent}`;

      const shift = exponent - places + scale;
      const top = shift >= 0 ? digits * 10n ** BigInt(shift) : digits;
      const bottom = shift >= 0 ? 1n : 10n ** BigInt(-shift);
      const [floor, rest] = [top / bottom, top % bottom];
      const up = 2n * rest > bottom || (2n * rest === bottom && floor % 2n === 1n);
      const size = Number(up ? floor + 1n : floor);
      const rounded = parseDecimal(text, scale, "half_even");
      const exact = parseDecimal(text, scale);
      if (size > Number.MAX_SAFE_INTEGER) {
        assert.equal(rounded.ok, false);
        assert.equal(exact.ok, false);
        return;
      }
      assert.deepEqual(rounded, { ok: true, value: negative && size > 0 ? -size : size });
      if (rest === 0n) assert.deepEqual(exact, rounded);
      else assert.equal(exact.ok ? null : exact.fault.code, "decimal_inexact");
    }),
    { seed: 19, numRuns: 2000 },
  );
});

test("a scale outside 0 to 18 and an unsafe integer are defects", () => {
  for (const scale of [-1, 0.5, 19]) {
    assert.throws(() => parseDecimal("1", scale), { name: "Defect" });
    assert.throws(() => formatDecimal(1, scale), { name: "Defect" });
  }
  assert.throws(() => formatDecimal(2 ** 53, 2), { name: "Defect" });
});
