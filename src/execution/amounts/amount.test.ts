import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amountText, ceilMicro, floorMicro, microAmount, parseAmount, toAmount } from "./amount.ts";

const amounts = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

test("text and amount are two spellings of one number", () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      const text = amountText(amount);
      assert.equal(toAmount(text), amount);
      assert.equal(parseAmount(text).ok, true);
      assert.doesNotMatch(text, /\.\d*0$|^-?0\d|\.$/);
    }),
    { seed: 4, numRuns: 300 },
  );
});

test("micro-units are rounded down for who has them and up for who pays them", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }), (amount) => {
      const [down, up] = [floorMicro(amount), ceilMicro(amount)];
      assert.ok(microAmount(down) <= amount && amount <= microAmount(up));
      assert.ok(up - down <= 1);
    }),
    { seed: 4, numRuns: 300 },
  );
});

test("what is no decimal of a venue is refused", () => {
  for (const text of [
    "",
    "-",
    "1e3",
    "+1",
    ".5",
    "1.",
    "0x1",
    "NaN",
    "1,0",
    " 1",
    "1".repeat(21),
  ]) {
    assert.equal(parseAmount(text).ok, false, text);
  }
});
