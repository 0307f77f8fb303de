import {
  base64ToBytes,
  bytesToBase64,
  bytesToHex,
  err,
  type Fault,
  ok,
  type Result,
  utf8ToBytes,
} from "#base";
import { sha256 } from "../merkle/hash.ts";
import {
  type PrivateKey,
  type PublicKey,
  parsePublicKey,
  privateKeyFromSeed,
  publicKeyLength,
} from "./ed25519.ts";

/** Checks note signatures of one key; a key has a name because its id depends on it. */
export type NoteVerifier = Readonly<{
  name: string;
  /** First four bytes of the key hash, 8 hex digits: a hint, never a proof. */
  keyId: string;
  /** The signature without its four bytes of key id. */
  verify: (text: Uint8Array, signature: Uint8Array) => boolean;
}>;

export type NoteSigner = Readonly<{
  name: string;
  keyId: string;
  sign: (text: Uint8Array) => Uint8Array;
}>;

/** The signature type of C2SP signed-note that this house signs with. */
const ed25519Type = 0x01;

export function noteVerifier(name: string, key: PublicKey): NoteVerifier {
  return { name, keyId: noteKeyId(name, key.bytes), verify: key.verify };
}

export function noteSigner(name: string, key: PrivateKey): NoteSigner {
  return { name, keyId: noteKeyId(name, key.publicKey.bytes), sign: key.sign };
}

/** SHA-256(name, newline, 0x01, public key), its first four bytes in hex. */
function noteKeyId(name: string, publicKey: Uint8Array): string {
  const message = Buffer.concat([utf8ToBytes(`${name}\n`), Uint8Array.of(ed25519Type), publicKey]);
  return bytesToHex(sha256(message)).slice(0, 8);
}

/** Any non-empty name without spaces, plus signs and control characters. */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && /^[^\s+\p{White_Space}\p{Cc}]+$/u.test(name);
}

/** `name+1a2b3c4d+base64(type, public key)`. */
export function formatVerifierKey(name: string, key: PublicKey): string {
  const typed = Uint8Array.of(ed25519Type, ...key.bytes);
  return `${name}+${noteKeyId(name, key.bytes)}+${bytesToBase64(typed)}`;
}

export type NamedPublicKey = Readonly<{ name: string; key: PublicKey }>;

/** The inverse of formatVerifierKey, nothing else. Fault: verifier_key_malformed. */
export function parseVerifierKey(text: string): Result<NamedPublicKey, Fault> {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text);
  const [, name = "", keyId = "", encoded = ""] = parts ?? [];
  const typed = typedBytes(encoded);
  if (!isKeyName(name) || typed === null) return malformed("verifier", "name+id+key");
  const key = parsePublicKey(typed);
  if (!key.ok) return err({ code: "verifier_key_malformed", message: key.fault.message });
  return noteKeyId(name, typed) === keyId
    ? ok({ name, key: key.value })
    : malformed("verifier", "the id of this name and key");
}

/** `PRIVATE+KEY+name+1a2b3c4d+base64(type, seed)`. Fault: signer_key_malformed. */
export function parseSignerKey(text: string): Result<NoteSigner, Fault> {
  const parts = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text);
  const [, name = "", keyId = "", encoded = ""] = parts ?? [];
  const seed = typedBytes(encoded);
  if (!isKeyName(name) || seed === null) return malformed("signer", "PRIVATE+KEY+name+id+seed");
  const signer = noteSigner(name, privateKeyFromSeed(seed));
  return signer.keyId === keyId ? ok(signer) : malformed("signer", "the id of this name and key");
}

function typedBytes(encoded: string): Uint8Array | null {
  const typed = base64ToBytes(encoded);
  if (!typed.ok || typed.value.length !== 1 + publicKeyLength) return null;
  return typed.value[0] === ed25519Type ? typed.value.subarray(1) : null;
}

function malformed(kind: "signer" | "verifier", expected: string): Result<never, Fault> {
  const message = `not a note ${kind} key: expected ${expected}`;
  return err({ code: `${kind}_key_malformed`, message });
}
