import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { assert, bytesToHex, err, type Fault, ok, type Result } from "#base";
import { sha256 } from "../merkle/hash.ts";
import {
  isCanonicalPoint,
  isCanonicalScalar,
  isCurvePoint,
  isSmallOrder,
} from "./ed25519-points.ts";

export const publicKeyLength = 32;
const signatureLength = 64;

/** An Ed25519 public key that passed every check of `parsePublicKey`. */
export type PublicKey = Readonly<{
  /** RFC 8032 encoding, 32 bytes. */
  bytes: Uint8Array;
  /** SHA-256 of the SubjectPublicKeyInfo in DER, 64 hex digits: what openssl can print too. */
  id: string;
  /** RFC 8032 without cofactor, after the checks that make every runtime agree. Never throws. */
  verify: (message: Uint8Array, signature: Uint8Array) => boolean;
}>;

/** A private key: it can sign and tell its public half, and nothing else. */
export type PrivateKey = Readonly<{
  publicKey: PublicKey;
  /** 64 bytes, the same for the same message (RFC 8032 is deterministic). */
  sign: (message: Uint8Array) => Uint8Array;
}>;

/**
 * Takes 32 bytes as a public key. Refused are encodings that RFC 8032 forbids, points off the
 * curve and points of small order, for which one signature fits many messages and libraries
 * differ. Fault: public_key_malformed.
 */
export function parsePublicKey(bytes: Uint8Array): Result<PublicKey, Fault> {
  if (bytes.length !== publicKeyLength) {
    return malformed(`an Ed25519 public key has ${publicKeyLength} bytes, not ${bytes.length}`);
  }
  if (!isCanonicalPoint(bytes)) return malformed("the point is not encoded canonically");
  if (isSmallOrder(bytes)) return malformed("the point has small order");
  if (!isCurvePoint(bytes)) return malformed("the bytes are no point of the curve");
  const key = createPublicKey({ key: spkiOf(bytes), format: "der", type: "spki" });
  return ok(publicKeyOf(Uint8Array.from(bytes), key));
}

/** DER of the SubjectPublicKeyInfo (RFC 8410), 44 bytes. */
export function spkiOf(publicKey: Uint8Array): Buffer {
  return Buffer.concat([spkiPrefix, publicKey]);
}

/** The key of a 32-byte seed (RFC 8032 section 5.1.5). */
export function privateKeyFromSeed(seed: Uint8Array): PrivateKey {
  assert(seed.length === 32, `an Ed25519 seed has 32 bytes, not ${seed.length}`);
  const der = Buffer.concat([pkcs8Prefix, seed]);
  return privateKeyOf(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
}

/** Wraps a loaded key; anything but an Ed25519 private key is a Defect. */
export function privateKeyOf(key: KeyObject): PrivateKey {
  assert(key.type === "private" && key.asymmetricKeyType === "ed25519", "not an Ed25519 key");
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  const publicKey = parsePublicKey(spki.subarray(spkiPrefix.length));
  assert(publicKey.ok, "a private key has a proper public key");
  return {
    publicKey: publicKey.value,
    sign: (message) => Uint8Array.from(sign(null, message, key)),
  };
}

function publicKeyOf(bytes: Uint8Array, key: KeyObject): PublicKey {
  return {
    bytes,
    id: bytesToHex(sha256(spkiOf(bytes))),
    verify: (message, signature) =>
      isStrictSignature(signature) && verify(null, message, key, signature),
  };
}

/** R canonical and not of small order, S below the group order. */
function isStrictSignature(signature: Uint8Array): boolean {
  if (signature.length !== signatureLength) return false;
  const point = signature.subarray(0, 32);
  return (
    isCanonicalPoint(point) && !isSmallOrder(point) && isCanonicalScalar(signature.subarray(32))
  );
}

const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

function malformed(message: string): Result<never, Fault> {
  return err({ code: "public_key_malformed", message });
}
