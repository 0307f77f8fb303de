/**
 * What the encodings of edwards25519 points and scalars must be before a signature is looked at.
 * Libraries agree on signatures made honestly and differ on the rest: of the 914 edge cases of
 * C2SP CCTV one line of OpenSSL accepts 208, the next 43. Refusing non-canonical encodings and
 * points of small order first leaves only cases on which they agree.
 */

/** p = 2^255 - 19 and the order L of the base point (RFC 8032 section 5.1). */
const p = (1n << 255n) - 19n;
const order = (1n << 252n) + 27742317777372353535851937790883648493n;
/** The curve constant d = -121665/121666. */
const d = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;

/** y coordinates of the eight points of small order: 0, 1, -1 and the two of order 8. */
const smallOrderY: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  p - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
]);

/** y below p, and no sign bit on x = 0. 32 bytes. */
export function isCanonicalPoint(bytes: Uint8Array): boolean {
  const y = yOf(bytes);
  const xIsZero = y === 1n || y === p - 1n;
  return y < p && !(xIsZero && signOf(bytes) === 1);
}

/** Whether the y of this encoding is that of a point of order 1, 2, 4 or 8. 32 bytes. */
export function isSmallOrder(bytes: Uint8Array): boolean {
  return smallOrderY.has(yOf(bytes) % p);
}

/** S below L; otherwise S + L would be a second signature of the same message. 32 bytes. */
export function isCanonicalScalar(bytes: Uint8Array): boolean {
  return littleEndian(bytes) < order;
}

/** Whether x^2 = (y^2 - 1) / (d y^2 + 1) has a solution (RFC 8032 section 5.1.3). 32 bytes. */
export function isCurvePoint(bytes: Uint8Array): boolean {
  const y2 = yOf(bytes) ** 2n % p;
  const top = (y2 - 1n + p) % p;
  const bottom = (d * y2 + 1n) % p;
  // Euler: a quotient is a square when top * bottom is, as they differ by a square.
  const power = powMod(top * bottom, (p - 1n) / 2n);
  return power === 0n || power === 1n;
}

function yOf(bytes: Uint8Array): bigint {
  return littleEndian(bytes) & ((1n << 255n) - 1n);
}

function signOf(bytes: Uint8Array): number {
  return (bytes[31] ?? 0) >>> 7;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

function powMod(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % p;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}
