import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { multiplyHigh, philox4x32 } from "./philox.ts";

/** Counter words, then key words, then the answer: Random123, tests/kat_vectors. */
const knownAnswers = [
  [
    "00000000 00000000 00000000 00000000",
    "00000000 00000000",
    "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
  ],
  [
    "ffffffff ffffffff ffffffff ffffffff",
    "ffffffff ffffffff",
    "408f276d 41c83b0e a20bc7c6 6d5451fd",
  ],
  [
    "243f6a88 85a308d3 13198a2e 03707344",
    "a4093822 299f31d0",
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  ],
] as const;

test("philox gives the published known answers", () => {
  for (const [counter, key, answer] of knownAnswers) {
    assert.equal(philoxText(`${counter} ${key}`), answer);
  }
});

test("philox reads its words modulo 2^32", () => {
  const plain = philoxOf([0xfffffffe, 2, 3, 4, 5, 6]);
  assert.deepEqual(philoxOf([-2, 2 + 2 ** 32, 3 - 2 ** 32, 4, 5 + 2 ** 40, 6]), plain);
});

test("philox equals its definition with 64-bit products on any input", () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(fc.tuple(word, word, word, word, word, word), (words) => {
      assert.deepEqual(philoxOf(words), philoxByDefinition(words));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("the high word of a product is exact, also at the ends of the range", () => {
  const word = fc.oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.constantFrom(0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffff0000, 0xffffffff),
  );
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(multiplyHigh(a, b) >>> 0, Number((BigInt(a) * BigInt(b)) >> 32n));
    }),
    { seed: 2, numRuns: 2000 },
  );
});

function philoxOf(words: readonly number[]): readonly number[] {
  const [c0 = 0, c1 = 0, c2 = 0, c3 = 0, k0 = 0, k1 = 0] = words;
  const out = new Uint32Array(4);
  philox4x32(c0, c1, c2, c3, k0, k1, out);
  return [...out];
}

function philoxText(words: string): string {
  const out = philoxOf(words.split(" ").map((word) => Number.parseInt(word, 16)));
  return out.map((word) => word.toString(16).padStart(8, "0")).join(" ");
}

function philoxByDefinition(words: readonly number[]): readonly number[] {
  let [x0 = 0n, x1 = 0n, x2 = 0n, x3 = 0n, k0 = 0n, k1 = 0n] = words.map(BigInt);
  const mask = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const left = 0xd2511f53n * x0;
    const right = 0xcd9e8d57n * x2;
    [x0, x1, x2, x3] = [
      (right >> 32n) ^ x1 ^ k0,
      right & mask,
      (left >> 32n) ^ x3 ^ k1,
      left & mask,
    ];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [x0, x1, x2, x3].map(Number);
}
