import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { FieldPlan } from "../catalogue/row-table.ts";
import { type FieldForm, fieldForm } from "./field-form.ts";

const field: FieldPlan = {
  ...{ port: "x", okx: "x", ccxt: "x", kind: "decimal", features: [], words: null },
};
const word: FieldPlan = {
  ...field,
  kind: "word",
  words: { live: ["open"], net: ["long", "short"] },
};
const flag: FieldPlan = { ...field, kind: "flag" };

const cases: readonly (readonly [string | null, unknown, FieldForm, FieldPlan?])[] = [
  ["1.50", "1.50", "text"],
  ["1.50", "1.5", "respelled"],
  ["1.50", 1.5, "number"],
  ["0.0000001", 1e-7, "number"],
  ["59954.757142857143", 59954.75714285715, "precision"],
  ["-0.25", 0.25, "sign"],
  ["-0.25", "0.25", "sign"],
  ["16497.2075", 1649720.75, "scaled by 100"],
  ["5", 0.005, "scaled by ctVal"],
  ["5", 5000, "scaled by 1/ctVal"],
  ["653707.9", 0.012, "other"],
  ["0", 3, "other"],
  ["abc", 3, "other"],
  ["1", undefined, "absent"],
  ["1", null, "absent"],
  ["1", "", "absent"],
  ["", undefined, "empty_as_undefined"],
  ["", null, "empty_as_null"],
  ["", "", "text"],
  ["", 0, "invented"],
  [null, undefined, "empty_as_undefined"],
  [null, 7, "invented"],
  ["live", "open", "word", word],
  ["net", "short", "word", word],
  ["live", "closed", "other", word],
  ["true", true, "flag", flag],
  ["false", true, "other", flag],
];

for (const [text, value, form, plan = field] of cases) {
  test(`${JSON.stringify(text)} as ${JSON.stringify(value) ?? "undefined"} is ${form}`, () => {
    assert.equal(fieldForm(text, value, plan, "0.001"), form);
  });
}

test("a decimal of at most fifteen digits is never lost as a number", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 8 }), (digits, scale) => {
      const whole = String(Math.trunc(digits / 100)).padStart(scale + 2, "0");
      const text = scale === 0 ? whole : `${whole.slice(0, -scale)}.${whole.slice(-scale)}`;
      const plain = text.replace(/^(-?)0+(?=\d)/, "$1");
      if (!/^-?\d+(\.\d+)?$/.test(plain) || plain.replace(/\D/g, "").length > 15) return;
      assert.equal(fieldForm(plain, Number(plain), field, "0.01"), "number", plain);
    }),
    { seed: 404, numRuns: 500 },
  );
});
