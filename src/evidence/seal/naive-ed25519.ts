import { createHash } from "node:crypto";

/**
 * Ed25519 as RFC 8032 section 5.1 writes it, on big integers: slow, for tests only. It can also
 * do what no honest signer does: keys and signatures with parts of small order, and second
 * encodings of points and scalars.
 */
export type Point = Readonly<{ x: bigint; y: bigint; z: bigint; t: bigint }>;

const p = (1n << 255n) - 19n;
export const groupOrder: bigint = (1n << 252n) + 27742317777372353535851937790883648493n;
const d = mod(-121665n * inverse(121666n));
const rootOfMinusOne = power(2n, (p - 1n) / 4n);

const identity: Point = { x: 0n, y: 1n, z: 1n, t: 0n };
export const basePoint: Point = pointOfY(mod(4n * inverse(5n)), 0n) ?? identity;

/** The eight points of order 1, 2, 4 and 8: multiples of one of order 8. */
export function smallOrderPoints(): Point[] {
  // L times any point leaves its small part; the first such part of order 8 generates all.
  for (let y = 2n; ; y++) {
    const point = pointOfY(y, 0n);
    if (point === null) continue;
    const small = multiply(groupOrder, point);
    if (encode(multiply(4n, small)).equals(encode(identity))) continue;
    return Array.from({ length: 8 }, (_, factor) => multiply(BigInt(factor), small));
  }
}

/** Extended coordinates: x = X/Z, y = Y/Z, x y = T/Z (section 5.1.4). */
export function add(left: Point, right: Point): Point {
  const a = mod((left.y - left.x) * (right.y - right.x));
  const b = mod((left.y + left.x) * (right.y + right.x));
  const c = mod(2n * d * left.t * right.t);
  const e = mod(2n * left.z * right.z);
  const [f, g, h, i] = [b - a, e - c, e + c, b + a];
  return { x: mod(f * g), y: mod(h * i), z: mod(g * h), t: mod(f * i) };
}

/** x and y below p. */
export function affine({ x, y, z }: Point): Readonly<{ x: bigint; y: bigint }> {
  const scale = inverse(z);
  return { x: mod(x * scale), y: mod(y * scale) };
}

export function multiply(factor: bigint, point: Point): Point {
  let sum = identity;
  let double = point;
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) sum = add(sum, double);
    double = add(double, double);
  }
  return sum;
}

export function encode(point: Point): Buffer {
  const { x, y } = affine(point);
  return toBytes(y | ((x & 1n) << 255n));
}

/** Null when the bytes are no point; a y of p or more is refused. */
function decode(bytes: Uint8Array): Point | null {
  const number = toNumber(bytes);
  return pointOfY(number & ((1n << 255n) - 1n), number >> 255n);
}

/** k of the verification equation: SHA-512(R, A, message) mod L. */
export function challenge(r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint {
  const digest = createHash("sha512").update(r).update(a).update(message).digest();
  return toNumber(digest) % groupOrder;
}

/** Without cofactor: encode(S B - k A) equals the bytes of R. */
export function naiveVerify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = [signature.subarray(0, 32), toNumber(signature.subarray(32))];
  const a = decode(key);
  if (a === null || s >= groupOrder) return false;
  const k = challenge(r, key, message);
  const expected = add(multiply(s, basePoint), multiply(k, { ...a, x: mod(-a.x), t: mod(-a.t) }));
  return encode(expected).equals(r);
}

export function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse();
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

function pointOfY(y: bigint, sign: bigint): Point | null {
  if (y >= p) return null;
  const square = mod((y * y - 1n) * inverse(d * y * y + 1n));
  let x = power(square, (p + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * rootOfMinusOne);
  if (mod(x * x) !== square || (x === 0n && sign === 1n)) return null;
  if ((x & 1n) !== sign) x = mod(-x);
  return { x, y, z: 1n, t: mod(x * y) };
}

function mod(value: bigint): bigint {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
}

function inverse(value: bigint): bigint {
  return power(mod(value), p - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}
