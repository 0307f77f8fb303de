import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { err } from "#base";
import { parseCount, parseMicro, parsePpm, parseSeedList } from "./quantities.ts";

test("ratios and percentages become the same millionths", () => {
  assert.deepEqual(parsePpm("0.05"), { ok: true, value: 50_000 });
  assert.deepEqual(parsePpm("5%"), { ok: true, value: 50_000 });
  assert.deepEqual(parsePpm("3"), { ok: true, value: 3_000_000 });
  assert.deepEqual(parsePpm("0.0001%"), { ok: true, value: 1 });
});

test("every count of millionths survives being written as a ratio", () => {
  fc.assert(
    fc.property(fc.nat(999_999_999_999), (ppm) => {
      const whole = Math.floor(ppm / 1_000_000);
      const text = `${whole}.${String(ppm % 1_000_000).padStart(6, "0")}`;
      assert.deepEqual(parsePpm(text), { ok: true, value: ppm });
    }),
    { seed: 7, numRuns: 300 },
  );
});

test("what is not a plain number is refused and quoted", () => {
  for (const text of ["", "-1", "abc", "0x10", "1,5", ".5", "5.", "NaN", "1.0000001", "%"]) {
    assert.equal(parsePpm(text).ok, false, text);
  }
  assert.equal(parsePpm("0.00001%").ok, false);
  assert.equal(parseMicro("-5").ok, false);
  assert.equal(parseCount("8.0", { min: 1, max: 9 }).ok, false);
  assert.equal(parseCount("10", { min: 1, max: 9 }).ok, false);
});

test("amounts keep their micro-units", () => {
  assert.deepEqual(parseMicro("250000.5"), { ok: true, value: 250_000_500_000 });
  assert.deepEqual(parseMicro("0.000001"), { ok: true, value: 1 });
});

test("seeds are sorted, and a repeated or malformed one is named", () => {
  assert.deepEqual(parseSeedList("9,3,5"), { ok: true, value: [3, 5, 9] });
  assert.deepEqual(
    parseSeedList("3,3"),
    err({ code: "seed_repeated", message: "seed 3 is listed twice" }),
  );
  const bad = parseSeedList("3,abc");
  assert.ok(!bad.ok && bad.fault.message.includes('"abc"'));
});
