import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createExactSum, exactProduct } from "./exact-sum.ts";

test("a sum is exact, inside float64's whole numbers and beyond", () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger(), { maxLength: 30 }), (values) => {
      const sum = createExactSum();
      for (const value of values) sum.add(value);
      assert.equal(
        sum.value(),
        values.reduce((total, value) => total + BigInt(value), 0n),
      );
    }),
  );
});

test("a product is exact", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
      assert.equal(exactProduct(a, b), BigInt(a) * BigInt(b));
    }),
  );
});
