import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { base64ToBytes, bytesToBase64 } from "./base64.ts";
import { bytesToHex, hexToBytes } from "./hex.ts";
import { bytesToUtf8, utf8ToBytes } from "./utf8.ts";

const bytes = fc.uint8Array({ maxLength: 64 });

test("hex and base64 equal the engine's own and come back", () => {
  fc.assert(
    fc.property(bytes, (input) => {
      assert.equal(bytesToHex(input), Buffer.from(input).toString("hex"));
      assert.equal(bytesToBase64(input), Buffer.from(input).toString("base64"));
      assert.deepEqual(hexToBytes(bytesToHex(input)), { ok: true, value: input });
      assert.deepEqual(base64ToBytes(bytesToBase64(input)), { ok: true, value: input });
    }),
    { seed: 14, numRuns: 500 },
  );
});

test("hex that is not two lowercase digits per byte is refused", () => {
  for (const text of ["a", "0g", "AB", "0x", " 0", "é0", "00\n"]) {
    const read = hexToBytes(text);
    assert.equal(read.ok ? null : read.fault.code, "hex_malformed", text);
  }
});

test("only one base64 text stands for given bytes", () => {
  const malformed = ["A", "AA", "AAA", "AAAAA", "AB==", "AAB=", "A===", "====", "=AAA", "AA=A"];
  for (const text of [...malformed, "AA-_", "AA\n=", "AAA\u0141", "AAAA AAA", "AA==AAAA"]) {
    const read = base64ToBytes(text);
    assert.equal(read.ok ? null : read.fault.code, "base64_malformed", text);
  }
  const letters = fc.constantFrom(..."ABCDwxyz0189+/=-_ ".split(""));
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), (list) => {
      const text = list.join("");
      const read = base64ToBytes(text);
      if (read.ok) assert.equal(bytesToBase64(read.value), text);
      else assert.notEqual(Buffer.from(text, "base64").toString("base64"), text);
    }),
    { seed: 15, numRuns: 2000 },
  );
});

test("UTF-8 equals the engine's own and comes back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const encoded = utf8ToBytes(text);
      assert.deepEqual(encoded, new Uint8Array(new TextEncoder().encode(text)));
      assert.deepEqual(bytesToUtf8(encoded), { ok: true, value: text });
    }),
    { seed: 16, numRuns: 1000 },
  );
  const long = "aé€\u{1f602}\ufeff".repeat(5000);
  assert.deepEqual(bytesToUtf8(utf8ToBytes(long)), { ok: true, value: long });
});

test("bytes are refused as UTF-8 exactly where the engine's strict decoder refuses them", () => {
  const edge = fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xf5);
  const byte = fc.oneof(edge, fc.constantFrom(0x8f, 0x90, 0x9f, 0xa0, 0xff, 0xef), fc.nat(255));
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let refused = 0;
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 6 }), (list) => {
      const input = Uint8Array.from(list);
      const read = bytesToUtf8(input);
      if (read.ok) assert.equal(read.value, strict.decode(input));
      else {
        refused += 1;
        assert.throws(() => strict.decode(input));
        assert.equal(read.fault.code, "utf8_malformed");
      }
    }),
    { seed: 17, numRuns: 5000 },
  );
  assert.ok(refused > 500 && refused < 4900);
});

test("the first and last sequences of each length are read, their neighbours refused", () => {
  const good = [
    "7f",
    "c280",
    "dfbf",
    "e0a080",
    "ed9fbf",
    "ee8080",
    "efbfbf",
    "f0908080",
    "f48fbfbf",
  ];
  for (const hex of good) assert.equal(bytesToUtf8(Buffer.from(hex, "hex")).ok, true, hex);
  const bad = [
    "80",
    "c1bf",
    "e09fbf",
    "eda080",
    "edbfbf",
    "f08fbfbf",
    "f4908080",
    "f5808080",
    "ff",
  ];
  bad.push("c2", "e0a0", "f09080", "c241", "e0a041", "f0908041", "41c2", "f8888080");
  for (const hex of bad) assert.equal(bytesToUtf8(Buffer.from(hex, "hex")).ok, false, hex);
});

test("a lone surrogate cannot be encoded", () => {
  for (const text of ["\ud800", "a\udc00", "\udc00\ud800"]) {
    assert.throws(() => utf8ToBytes(text), { name: "Defect" });
  }
});
