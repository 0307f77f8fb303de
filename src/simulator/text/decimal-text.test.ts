import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fractionText, moneyText, scaledText } from "./decimal-text.ts";

test("numbers are written as the venue writes them", () => {
  assert.equal(scaledText(12340, 2), "123.4");
  assert.equal(scaledText(12300, 2), "123");
  assert.equal(scaledText(7, 2), "0.07");
  assert.equal(scaledText(-7, 2), "-0.07");
  assert.equal(scaledText(0, 8), "0");
  assert.equal(scaledText(-5, 0), "-5");
  assert.equal(moneyText(-2_177_676), "-0.02177676");
});

test("text and units say the same", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 12 }), (units, scale) => {
      const text = scaledText(units, scale);
      assert.match(text, /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      const [whole = "", fraction = ""] = text.replace("-", "").split(".");
      const back = BigInt(whole + fraction.padEnd(scale, "0")) * (text.startsWith("-") ? -1n : 1n);
      assert.equal(back, BigInt(units));
    }),
    { seed: 4 },
  );
});

test("a fraction is rounded half away from zero at the last place", () => {
  assert.equal(fractionText(1, 3, 0, 4), "0.3333");
  assert.equal(fractionText(2, 3, 0, 4), "0.6667");
  assert.equal(fractionText(-2, 3, 0, 4), "-0.6667");
  assert.equal(fractionText(5, 2, 1, 1), "0.3");
  assert.equal(fractionText(5, 2, 1, 2), "0.25");
  assert.equal(fractionText(-1, 1000, 0, 2), "0");
  assert.equal(fractionText(600_000, 3, 2, 8), "2000");
});
