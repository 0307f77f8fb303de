import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  bigMulDivCeil,
  chargePpm,
  checkMoney,
  moneyLimit,
  mulDivCeil,
  mulDivFloor,
  shareCeil,
} from "./arithmetic.ts";

const ceilBig = (a: bigint, b: bigint): bigint => {
  const quotient = a / b;
  return a % b !== 0n && a > 0n === b > 0n ? quotient + 1n : quotient;
};

test("a fee is rounded up, a rebate down", () => {
  assert.equal(chargePpm(1_000_001, 500), 501);
  assert.equal(chargePpm(1_000_000, 500), 500);
  assert.equal(chargePpm(1_999_999, -100), -199);
  assert.equal(chargePpm(0, 500), 0);
});

test("products that float64 cannot hold are divided exactly", () => {
  const large = fc.bigInt({ min: 0n, max: 9_007_199_254_740_991n });
  fc.assert(
    fc.property(large, fc.integer({ min: 0, max: 1_000_000 }), (a, ppm) => {
      const product = a * BigInt(ppm);
      assert.equal(mulDivCeil(Number(a), ppm, 1_000_000), Number(ceilBig(product, 1_000_000n)));
      assert.equal(mulDivFloor(Number(a), ppm, 1_000_000), Number(product / 1_000_000n));
    }),
    { seed: 4, numRuns: 2000 },
  );
  fc.assert(
    fc.property(large, fc.integer({ min: 100, max: 1_000_000 }), (a, leverage) => {
      assert.equal(
        mulDivCeil(Number(a), 100, leverage),
        Number(ceilBig(a * 100n, BigInt(leverage))),
      );
    }),
    { seed: 5, numRuns: 2000 },
  );
});

test("a share of a cost of either sign is rounded up", () => {
  const amount = fc.bigInt({ min: -BigInt(moneyLimit), max: BigInt(moneyLimit) });
  const lots = fc.integer({ min: 2, max: 67_108_863 });
  fc.assert(
    fc.property(amount, lots, fc.double({ min: 0, max: 1, noNaN: true }), (cost, whole, f) => {
      const part = Math.max(1, Math.min(whole - 1, Math.floor(whole * f)));
      const exact = Number(ceilBig(cost * BigInt(part), BigInt(whole)));
      assert.equal(shareCeil(Number(cost), part, whole) + 0, exact + 0);
      assert.equal(bigMulDivCeil(Number(cost), part, whole), exact + 0);
    }),
    { seed: 6, numRuns: 4000 },
  );
});

test("an amount beyond 2^53 is a defect, not a wrong number", () => {
  assert.throws(() => checkMoney(2 ** 53), /money out of range/);
  assert.throws(() => checkMoney(Number.NaN), /money out of range/);
  assert.equal(checkMoney(5), 5);
});
