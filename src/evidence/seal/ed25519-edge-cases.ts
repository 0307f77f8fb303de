import {
  add,
  affine,
  basePoint,
  challenge,
  encode,
  groupOrder,
  multiply,
  type Point,
  smallOrderPoints,
  toBytes,
} from "./naive-ed25519.ts";

/** For tests: what libraries and their versions judge differently. */
export type SignatureCase = Readonly<{
  what: string;
  key: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}>;

/** RFC 8032 section 7.1, tests 1 to 3: seed, public key, message, signature, all in hex. */
export const rfcVectors: readonly (readonly [string, string, string, string])[] = [
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
];

/** Bytes that are no point, or a second encoding of one. */
export const noPoints: readonly string[] = [
  "0200000000000000000000000000000000000000000000000000000000000000",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/** The canonical bytes of a point, with the sign bit set where x is 0, and y + p where it fits. */
function allEncodings(point: Point): Buffer[] {
  const p = (1n << 255n) - 19n;
  const { x, y } = affine(point);
  const ys = y < 19n ? [y, y + p] : [y];
  const signs = x === 0n ? [0n, 1n] : [x & 1n];
  return ys.flatMap((y) => signs.map((sign) => toBytes(y | (sign << 255n))));
}

/** Every encoding of a point of small order; there are 14. */
export function smallOrderEncodings(): readonly Buffer[] {
  return smallOrderPoints().flatMap((point) => allEncodings(point));
}

/** Keys and Rs with a part of small order: with the cofactor all of these would be signatures. */
export function* craftedCases(): Generator<SignatureCase> {
  const small = smallOrderPoints();
  const [secret, nonce] = [0x1234567890abcdefn, 0xfedcba0987654321n];
  for (const [i, smallA] of small.entries()) {
    const key = encode(add(multiply(secret, basePoint), smallA));
    for (const [j, smallR] of small.entries()) {
      const r = encode(add(multiply(nonce, basePoint), smallR));
      for (let salt = 0; salt < 3; salt++) {
        const message = Buffer.from(`message ${i} ${j} ${salt}`);
        const s = (nonce + challenge(r, key, message) * secret) % groupOrder;
        const signature = Buffer.concat([r, toBytes(s)]);
        yield { what: `A ${i}, R ${j}, ${salt}`, key, message, signature };
      }
    }
  }
}

/** The same signature with S + L, S + 2 L and L, as far as they fit into 32 bytes. */
export function secondScalars(signature: Uint8Array): readonly Uint8Array[] {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`);
  return [s + groupOrder, s + 2n * groupOrder, groupOrder]
    .filter((scalar) => scalar < 1n << 256n)
    .map((scalar) => Buffer.concat([signature.subarray(0, 32), toBytes(scalar)]));
}
