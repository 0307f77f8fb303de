import { createHash } from "node:crypto";
import { base64ToBytes, bytesToBase64, bytesToUtf8, err, type Fault, ok, type Result } from "#base";
import { type PublicKey, parsePublicKey } from "#evidence";
import { readWireStrings, wireString } from "./ssh-wire.ts";

/** A signature as `ssh-keygen -Y sign` makes it (OpenSSH PROTOCOL.sshsig), of an Ed25519 key. */
export type SshSignature = Readonly<{
  key: PublicKey;
  namespace: string;
  hash: "sha256" | "sha512";
  /** RFC 8032, 64 bytes. */
  signature: Uint8Array;
}>;

export const sshSignatureStart = "-----BEGIN SSH SIGNATURE-----\n";
const armorEnd = "-----END SSH SIGNATURE-----\n";
const maxArmorBytes = 4096;
const magic = Buffer.from("SSHSIG");
const keyType = "ssh-ed25519";

/**
 * Reads exactly what ssh-keygen writes: one armor, one spelling, version 1, an `ssh-ed25519` key,
 * nothing in the reserved field. Nothing is verified. Fault: ssh_malformed.
 */
export function parseSshSignature(armored: Uint8Array): Result<SshSignature, Fault> {
  if (armored.length > maxArmorBytes) return malformed("longer than any such signature");
  const text = bytesToUtf8(armored);
  if (!text.ok) return malformed(text.fault.message);
  const body = text.value.slice(sshSignatureStart.length, -armorEnd.length);
  const blob = base64ToBytes(body.replaceAll("\n", ""));
  if (!blob.ok) return malformed(blob.fault.message);
  if (armorOf(blob.value) !== text.value) return malformed("not the armor that ssh-keygen writes");
  const head = Buffer.from(blob.value.subarray(0, magic.length + 4));
  if (!head.equals(Buffer.concat([magic, Buffer.from([0, 0, 0, 1])]))) {
    return malformed("not version 1 of SSHSIG");
  }
  const fields = readWireStrings(blob.value.subarray(head.length), 5);
  if (!fields.ok) return fields;
  const [key, namespace, reserved, hash, signature] = fields.value.map((each) => Buffer.from(each));
  if (reserved === undefined || reserved.length > 0) return malformed("its reserved field is used");
  const publicKey = parseSshKeyBlob(key ?? empty);
  if (!publicKey.ok) return publicKey;
  const raw = readTyped(signature ?? empty);
  if (!raw.ok) return raw;
  const name = bytesToUtf8(namespace ?? empty);
  if (!name.ok) return malformed("its namespace is no text");
  const algorithm = hash?.toString("latin1");
  if (algorithm !== "sha256" && algorithm !== "sha512") {
    return malformed("its hash is neither sha256 nor sha512");
  }
  return ok({ key: publicKey.value, namespace: name.value, hash: algorithm, signature: raw.value });
}

const empty: Buffer = Buffer.alloc(0);

/** `key` is the one that is trusted; that the signature carries the same one is checked before. */
export function isSignedBySsh(sshsig: SshSignature, key: PublicKey, message: Uint8Array): boolean {
  return key.verify(sshSignedData(sshsig.namespace, sshsig.hash, message), sshsig.signature);
}

/** The bytes that the key signs: the message only by its hash. */
export function sshSignedData(
  namespace: string,
  hash: SshSignature["hash"],
  message: Uint8Array,
): Buffer {
  return Buffer.concat([
    magic,
    wireString(Buffer.from(namespace)),
    wireString(empty),
    wireString(Buffer.from(hash)),
    wireString(createHash(hash).update(message).digest()),
  ]);
}

/** What ssh-keygen would have written; for signers that hold a key of ours, and for tests. */
export function formatSshSignature({ key, namespace, hash, signature }: SshSignature): string {
  return armorOf(
    Buffer.concat([
      magic,
      Buffer.from([0, 0, 0, 1]),
      wireString(sshKeyBlob(key)),
      wireString(Buffer.from(namespace)),
      wireString(empty),
      wireString(Buffer.from(hash)),
      wireString(Buffer.concat([wireString(Buffer.from(keyType)), wireString(signature)])),
    ]),
  );
}

/** `ssh-ed25519 AAAA...`, as in a .pub file without its comment. Fault: ssh_malformed. */
export function parseSshPublicKey(line: string): Result<PublicKey, Fault> {
  const [type, encoded = "", ...rest] = line.split(" ");
  if (type !== keyType || rest.length > 0) {
    return malformed("expected ssh-ed25519, a space and the key, without a comment");
  }
  const blob = base64ToBytes(encoded);
  return blob.ok ? parseSshKeyBlob(blob.value) : malformed(blob.fault.message);
}

export function formatSshPublicKey(key: Pick<PublicKey, "bytes">): string {
  return `${keyType} ${bytesToBase64(sshKeyBlob(key))}`;
}

function sshKeyBlob({ bytes }: Pick<PublicKey, "bytes">): Buffer {
  return Buffer.concat([wireString(Buffer.from(keyType)), wireString(bytes)]);
}

function parseSshKeyBlob(blob: Uint8Array): Result<PublicKey, Fault> {
  const raw = readTyped(blob);
  if (!raw.ok) return raw;
  const key = parsePublicKey(raw.value);
  return key.ok ? key : malformed(key.fault.message);
}

/** A name of an algorithm, which has to be ours, and bytes. */
function readTyped(blob: Uint8Array): Result<Uint8Array, Fault> {
  const fields = readWireStrings(blob, 2);
  if (!fields.ok) return fields;
  const [type = empty, bytes = empty] = fields.value;
  return Buffer.from(type).toString("latin1") === keyType
    ? ok(bytes)
    : malformed(`not of type ${keyType}`);
}

function armorOf(blob: Uint8Array): string {
  const lines = bytesToBase64(blob).match(/.{1,70}/g) ?? [];
  return `${sshSignatureStart}${lines.map((line) => `${line}\n`).join("")}${armorEnd}`;
}

function malformed(message: string): Result<never, Fault> {
  return err({ code: "ssh_malformed", message });
}
