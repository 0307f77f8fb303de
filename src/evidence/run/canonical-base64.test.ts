import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromCanonicalBase64 } from "./canonical-base64.ts";

test("canonical base64 gives its bytes, and is remembered only for the same text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 4000 }), fc.nat(), (bytes, salt) => {
      const text = Buffer.from(bytes).toString("base64");
      assert.deepEqual(fromCanonicalBase64(text), Buffer.from(bytes));
      assert.deepEqual(fromCanonicalBase64(text), Buffer.from(bytes));
      // Another text of the same length.
      const at = salt % text.length;
      const other = `${text.slice(0, at)}${text[at] === "*" ? "-" : "*"}${text.slice(at + 1)}`;
      assert.equal(fromCanonicalBase64(other), null);
    }),
    { seed: 51, numRuns: 200 },
  );
});

test("any other spelling of bytes is not canonical", () => {
  for (const text of [
    "",
    "A",
    "AA",
    "AA=",
    "AB==",
    "AAB=",
    "AA==\n",
    "AA-_",
    "A A=",
    "AAAA=",
    "=",
  ]) {
    assert.equal(fromCanonicalBase64(text), null, text);
  }
});
