import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { sharedPath, withoutShared } from "#support";
import { canonicalJson } from "./canonical-json.ts";
import type { Json } from "./json.ts";
import { parseJson } from "./parse-json.ts";

const json = fc.jsonValue({ maxDepth: 6 }).map((value) => valueOf(JSON.stringify(value)));

test("members are sorted, spaces gone, numbers shortest", () => {
  const value = { b: [1, -0, 1e30, 0.1, 1e-7], a: { z: null, é: true }, "": "x" };
  assert.equal(canonicalJson(value), '{"":"x","a":{"z":null,"é":true},"b":[1,0,1e+30,0.1,1e-7]}');
});

test("members are sorted by UTF-16 units, not by code points", () => {
  // U+1F602 starts with the unit D83D, which comes before U+FB33.
  assert.equal(canonicalJson({ "\ufb33": 1, "\u{1f602}": 2 }), '{"\u{1f602}":2,"\ufb33":1}');
  assert.equal(canonicalJson({ "10": 1, "9": 2, a: 3 }), '{"10":1,"9":2,"a":3}');
});

test("control characters are escaped as RFC 8785 writes them, nothing else is", () => {
  assert.equal(
    canonicalJson('\b\t\n\f\r\u0000\u001f"\\/\u007f\u2028é'),
    '"\\b\\t\\n\\f\\r\\u0000\\u001f\\"\\\\/\u007f\u2028é"',
  );
});

test("the RFC 8785 vectors", { skip: withoutShared("vectors", "jcs") }, () => {
  const names = readdirSync(sharedPath("vectors", "jcs", "input"));
  assert.ok(names.length >= 6);
  for (const name of names) {
    const input = readFileSync(sharedPath("vectors", "jcs", "input", name), "utf8");
    const output = readFileSync(sharedPath("vectors", "jcs", "output", name), "utf8");
    const hexName = name.replace(".json", ".txt");
    const hex = readFileSync(sharedPath("vectors", "jcs", "outhex", hexName), "utf8");
    const text = canonicalJson(valueOf(input));
    assert.equal(text, output.trimEnd(), name);
    assert.equal(Buffer.from(text).toString("hex"), hex.replace(/\s/g, ""), name);
  }
});

test("the sample numbers of RFC 8785 appendix B", () => {
  const samples: readonly (readonly [string, string])[] = [
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ];
  for (const [bits, text] of samples) {
    assert.equal(canonicalJson(Buffer.from(bits, "hex").readDoubleBE()), text, bits);
  }
});

test("what was written reads back equal, and writing again changes nothing", () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      assert.deepEqual(valueOf(text), value);
      assert.equal(canonicalJson(valueOf(text)), text);
    }),
    { seed: 10, numRuns: 500 },
  );
});

test("the order of members never shows", () => {
  const members = fc.uniqueArray(fc.tuple(fc.string(), fc.integer()), { selector: ([key]) => key });
  fc.assert(
    fc.property(members, (list) => {
      const forward = canonicalJson(Object.fromEntries(list));
      assert.equal(canonicalJson(Object.fromEntries(list.toReversed())), forward);
    }),
    { seed: 11, numRuns: 300 },
  );
});

test("what JSON cannot carry is a defect, never a silent null", () => {
  const wrong: readonly unknown[] = [
    NaN,
    Infinity,
    -Infinity,
    undefined,
    [undefined],
    Object.assign([], { length: 1 }), // A hole.
    { a: undefined },
    "\ud800",
    { "\udc00": 1 },
    1n,
    new Date(0),
    new Map(),
    new Uint8Array(1),
    () => 1,
    Symbol("x"),
  ];
  for (const value of wrong) {
    assert.throws(() => canonicalJson(value as Json), { name: "Defect" });
  }
  const loop: { self?: Json } = {};
  loop.self = loop as Json;
  assert.throws(() => canonicalJson(loop), /nested deeper than 64/);
});

function valueOf(text: string): Json {
  const parsed = parseJson(text);
  assert.ok(parsed.ok, text);
  return parsed.value;
}
