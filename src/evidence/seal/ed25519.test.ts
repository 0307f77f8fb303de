import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { test } from "node:test";
import { hexToBytes } from "#base";
import { parsePublicKey, privateKeyFromSeed, privateKeyOf, spkiOf } from "./ed25519.ts";
import {
  craftedCases,
  noPoints,
  rfcVectors,
  secondScalars,
  smallOrderEncodings,
} from "./ed25519-edge-cases.ts";
import { naiveVerify } from "./naive-ed25519.ts";

test("keys and signatures are those of RFC 8032", () => {
  for (const [seed, key, message, signature] of rfcVectors) {
    const pair = privateKeyFromSeed(fromHex(seed));
    assert.deepEqual(Buffer.from(pair.publicKey.bytes), Buffer.from(fromHex(key)));
    assert.deepEqual(Buffer.from(pair.sign(fromHex(message))), Buffer.from(fromHex(signature)));
    assert.ok(pair.publicKey.verify(fromHex(message), fromHex(signature)));
    assert.ok(naiveVerify(fromHex(key), fromHex(message), fromHex(signature)));
  }
});

test("a key's id is the hash of its public key info in DER", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" });
  const own = privateKeyOf(privateKey).publicKey;
  assert.deepEqual(spkiOf(own.bytes), der);
  assert.match(own.id, /^[0-9a-f]{64}$/);
});

test("any changed bit of a signature or message is refused", () => {
  const pair = privateKeyFromSeed(new Uint8Array(32).fill(7));
  const message = Buffer.from("twelve bytes");
  const signature = pair.sign(message);
  for (let bit = 0; bit < 512; bit++) {
    assert.ok(!pair.publicKey.verify(message, flip(signature, bit)), `bit ${bit}`);
  }
  for (let bit = 0; bit < 96; bit++) {
    assert.ok(!pair.publicKey.verify(flip(message, bit), signature), `bit ${bit}`);
  }
  for (const length of [0, 63, 65]) {
    assert.ok(!pair.publicKey.verify(message, new Uint8Array(length)));
  }
});

test("S + L, a second signature of the same message, is refused", () => {
  const pair = privateKeyFromSeed(new Uint8Array(32).fill(9));
  const message = Buffer.from("once");
  const signature = pair.sign(message);
  for (const second of secondScalars(signature)) {
    assert.ok(!pair.publicKey.verify(message, second));
  }
});

test("every encoding of a point of small order is refused as a key and as R", () => {
  const encodings = smallOrderEncodings();
  assert.equal(new Set(encodings.map((bytes) => bytes.toString("hex"))).size, 14);
  const pair = privateKeyFromSeed(new Uint8Array(32).fill(3));
  for (const bytes of encodings) {
    assert.ok(!parsePublicKey(bytes).ok, bytes.toString("hex"));
    const signature = Buffer.concat([bytes, new Uint8Array(32)]);
    assert.ok(!pair.publicKey.verify(Buffer.from("m"), signature));
  }
});

test("bytes that are no point, or a second encoding of one, are no key", () => {
  for (const hex of noPoints) {
    const key = parsePublicKey(fromHex(hex));
    assert.ok(!key.ok && key.fault.code === "public_key_malformed", hex);
  }
  for (const length of [0, 31, 33, 64]) assert.ok(!parsePublicKey(new Uint8Array(length)).ok);
});

test("crafted keys and signatures get one verdict: that of the equation without cofactor", () => {
  const counts = { accepted: 0, refused: 0 };
  for (const { what, key, message, signature } of craftedCases()) {
    const parsed = parsePublicKey(key);
    assert.ok(parsed.ok, "a key with a part of large order is a key");
    const ours: boolean = parsed.value.verify(message, signature);
    assert.equal(ours, naiveVerify(key, message, signature), what);
    assert.equal(ours, verify(null, message, nodeKey(key), signature));
    counts[ours ? "accepted" : "refused"] += 1;
  }
  // Both verdicts must occur, or the comparison above proved nothing.
  assert.ok(counts.accepted > 3 && counts.refused > 100, JSON.stringify(counts));
});

function nodeKey(bytes: Uint8Array): ReturnType<typeof createPublicKey> {
  return createPublicKey({ key: spkiOf(bytes), format: "der", type: "spki" });
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[bit >>> 3] = (changed[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

function fromHex(text: string): Uint8Array {
  const bytes = hexToBytes(text);
  assert.ok(bytes.ok);
  return bytes.value;
}
