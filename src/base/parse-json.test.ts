import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseJson } from "./parse-json.ts";

test("a JSON text gives its value", () => {
  const text = ' {"a": [1, -2.5e3, true, false, null], "b": {"c": "\\u00e9\\n\\ud83d\\ude02"}}\n';
  assert.deepEqual(parseJson(text), {
    ok: true,
    value: { a: [1, -2500, true, false, null], b: { c: "é\n\u{1f602}" } },
  });
});

test("each refusal names its reason and its place", () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ["", "json_syntax", 0],
    ["  ", "json_syntax", 2],
    ["{", "json_syntax", 1],
    ['{"a"}', "json_syntax", 4],
    ['{"a":}', "json_syntax", 5],
    ['{"a":1,}', "json_syntax", 7],
    ["{a:1}", "json_syntax", 1],
    ["{'a':1}", "json_syntax", 1],
    ["[1,]", "json_syntax", 3],
    ["[1 2]", "json_syntax", 3],
    ["[1", "json_syntax", 2],
    ["01", "json_syntax", 1],
    ["+1", "json_syntax", 0],
    [".5", "json_syntax", 0],
    ["1.", "json_syntax", 1],
    ["1e", "json_syntax", 1],
    ["-", "json_syntax", 0],
    ["NaN", "json_syntax", 0],
    ["Infinity", "json_syntax", 0],
    ["nul", "json_syntax", 0],
    ["truer", "json_syntax", 4],
    ["1 // no", "json_syntax", 2],
    ["1\u00a0", "json_syntax", 1],
    ["null null", "json_syntax", 5],
    ['"a', "json_syntax", 2],
    ['"a\n"', "json_syntax", 2],
    ['"\\n\u0000"', "json_syntax", 3],
    ['"\\x"', "json_syntax", 1],
    ['"\\u12G4"', "json_syntax", 1],
    ['"\\u+123"', "json_syntax", 1],
    ['"ab\\', "json_syntax", 3],
    ['{"a":1,"b":2,"a":3}', "json_duplicate_key", 13],
    ['{"a":1,"\\u0061":3}', "json_duplicate_key", 7],
    ['[{"__proto__":1,"__proto__":2}]', "json_duplicate_key", 16],
    ['["\\ud800"]', "json_lone_surrogate", 1],
    ['["\\ud800\\ud800"]', "json_lone_surrogate", 1],
    ['["\ud800"]', "json_lone_surrogate", 2],
    ['["\u{1f602}\udc00"]', "json_lone_surrogate", 4],
    ["[1e400]", "json_number_out_of_range", 1],
    ["\ufeff1", "json_byte_order_mark", 0],
  ];
  for (const [text, code, offset] of cases) {
    const parsed = parseJson(text);
    assert.ok(!parsed.ok, `accepted ${JSON.stringify(text)}`);
    const { fault } = parsed;
    assert.deepEqual([fault.code, fault.at], [code, `offset ${offset}`], JSON.stringify(text));
    assert.ok(fault.message.endsWith(` at offset ${offset}`), fault.message);
  }
});

test("nesting is bounded, 64 by default", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  assert.equal(parseJson(nested(64)).ok, true);
  assert.equal(faultCode(nested(65)), "json_too_deep");
  assert.equal(faultCode("[".repeat(1_000_000)), "json_too_deep");
  assert.equal(parseJson('{"a":[1]}', 2).ok, true);
  assert.equal(parseJson('{"a":[1]}', 1).ok, false);
  assert.equal(parseJson("1", 0).ok, true);
});

test("a member named __proto__ is data like any other", () => {
  const parsed = parseJson('{"__proto__":{"polluted":true},"toString":1}');
  assert.ok(parsed.ok);
  assert.deepEqual(Object.keys(parsed.value ?? {}), ["__proto__", "toString"]);
  assert.equal(Object.getPrototypeOf(parsed.value), Object.prototype);
});

test("any JSON text gives what the engine's own parser gives", () => {
  const indent = fc.constantFrom("", " ", "\t", "\n\r ");
  fc.assert(
    fc.property(fc.jsonValue(), indent, (value, space) => {
      const text = JSON.stringify(value, null, space);
      assert.deepEqual(parseJson(text), { ok: true, value: JSON.parse(text) });
    }),
    { seed: 12, numRuns: 500 },
  );
});

test("a damaged JSON text is never accepted more readily than by the engine's parser", () => {
  const damage = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 2 }),
    insert: fc.constantFrom("", ",", '"', "}", "]", "{", "[", ":", "\\", "0", "-", "e", ".", "\n"),
  });
  let refused = 0;
  fc.assert(
    fc.property(fc.jsonValue(), damage, (value, { at, remove, insert }) => {
      const whole = JSON.stringify(value);
      const place = at % (whole.length + 1);
      const text = whole.slice(0, place) + insert + whole.slice(place + remove);
      const ours = parseJson(text);
      const theirs = engineValue(text);
      if (ours.ok) assert.deepEqual([ours.value], theirs);
      else {
        refused += 1;
        if (theirs.length > 0) {
          assert.match(ours.fault.code, /duplicate_key|surrogate|too_deep|out_of_range/);
        }
      }
    }),
    { seed: 13, numRuns: 3000 },
  );
  assert.ok(refused > 500, `only ${refused} texts were refused`);
});

function engineValue(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function faultCode(text: string): string | null {
  const parsed = parseJson(text);
  return parsed.ok ? null : parsed.fault.code;
}
