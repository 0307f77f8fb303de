import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { test } from "node:test";
import { hexToBytes } from "#base";
import { parsePublicKey, privateKeyFromSeed, privateKeyOf, spkiOf } from "./ed25519.ts";
import {
  add,
  affine,
  basePoint,
  challenge,
  encode,
  groupOrder,
  multiply,
  naiveVerify,
  type Point,
  smallOrderPoints,
  toBytes,
} from "./naive-ed25519.ts";

/** RFC 8032 section 7.1, tests 1 to 3: seed, public key, message, signature. */
const rfcVectors = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
] as const;

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
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`);
  for (const scalar of [s + groupOrder, s + 2n * groupOrder, groupOrder]) {
    if (scalar >= 1n << 256n) continue;
    const second = Buffer.concat([signature.subarray(0, 32), toBytes(scalar)]);
    assert.ok(!pair.publicKey.verify(message, second));
  }
});

test("every encoding of a point of small order is refused as a key and as R", () => {
  const encodings = smallOrderPoints().flatMap((point) => allEncodings(point));
  assert.equal(new Set(encodings.map((bytes) => bytes.toString("hex"))).size, 14);
  const pair = privateKeyFromSeed(new Uint8Array(32).fill(3));
  for (const bytes of encodings) {
    assert.ok(!parsePublicKey(bytes).ok, bytes.toString("hex"));
    const signature = Buffer.concat([bytes, new Uint8Array(32)]);
    assert.ok(!pair.publicKey.verify(Buffer.from("m"), signature));
  }
});

test("bytes that are no point, or a second encoding of one, are no key", () => {
  const bad = [
    "0200000000000000000000000000000000000000000000000000000000000000",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  ];
  for (const hex of bad) {
    const key = parsePublicKey(fromHex(hex));
    assert.ok(!key.ok && key.fault.code === "public_key_malformed", hex);
  }
  for (const length of [0, 31, 33, 64]) assert.ok(!parsePublicKey(new Uint8Array(length)).ok);
});

test("crafted keys and signatures get one verdict: that of the equation without cofactor", () => {
  const small = smallOrderPoints();
  const [secret, nonce] = [0x1234567890abcdefn, 0xfedcba0987654321n];
  const counts = { accepted: 0, refused: 0 };
  for (const [i, smallA] of small.entries()) {
    const a = add(multiply(secret, basePoint), smallA);
    const key = encode(a);
    const parsed = parsePublicKey(key);
    assert.ok(parsed.ok, "a key with a part of large order is a key");
    for (const [j, smallR] of small.entries()) {
      const r = encode(add(multiply(nonce, basePoint), smallR));
      for (let salt = 0; salt < 3; salt++) {
        const message = Buffer.from(`message ${i} ${j} ${salt}`);
        const s = (nonce + challenge(r, key, message) * secret) % groupOrder;
        const signature = Buffer.concat([r, toBytes(s)]);
        const ours: boolean = parsed.value.verify(message, signature);
        assert.equal(ours, naiveVerify(key, message, signature), `A ${i}, R ${j}, ${salt}`);
        assert.equal(ours, verify(null, message, nodeKey(key), signature));
        counts[ours ? "accepted" : "refused"] += 1;
      }
    }
  }
  // Both verdicts must occur, or the comparison above proved nothing.
  assert.ok(counts.accepted > 3 && counts.refused > 100, JSON.stringify(counts));
});

/** The canonical bytes, with the sign bit set where x is 0, and y + p where it fits. */
function allEncodings(point: Point): Buffer[] {
  const p = (1n << 255n) - 19n;
  const { x, y } = affine(point);
  const ys = y < 19n ? [y, y + p] : [y];
  const signs = x === 0n ? [0n, 1n] : [x & 1n];
  return ys.flatMap((y) => signs.map((sign) => toBytes(y | (sign << 255n))));
}

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
