import { z } from "zod";
import {
  base64ToBytes,
  bytesToBase64,
  canonicalJson,
  err,
  type Fault,
  ok,
  type Result,
  utf8ToBytes,
} from "#base";
import type { PrivateKey, PublicKey } from "./ed25519.ts";
import { readStrictJson } from "./strict-json.ts";

/** DSSE v1: a payload, its type, and signatures over both. */
export type Envelope = Readonly<{
  payloadType: string;
  payload: Uint8Array;
  signatures: readonly Readonly<{ keyId: string; signature: Uint8Array }>[];
}>;

/** PAE of the DSSE protocol: what is signed. Lengths are byte counts. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8ToBytes(payloadType);
  const head = `DSSEv1 ${type.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([utf8ToBytes(head), payload]);
}

export function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  keys: readonly PrivateKey[],
): Envelope {
  const message = preAuthEncoding(payloadType, payload);
  const signatures = keys.map((key) => {
    return { keyId: key.publicKey.id, signature: key.sign(message) };
  });
  return { payloadType, payload, signatures };
}

/** One canonical JSON line with its newline: an `.intoto.jsonl` file may hold several. */
export function formatEnvelope({ payloadType, payload, signatures }: Envelope): Uint8Array {
  const envelope = {
    payload: bytesToBase64(payload),
    payloadType,
    signatures: signatures.map(({ keyId, signature }) => {
      return { keyid: keyId, sig: bytesToBase64(signature) };
    }),
  };
  return utf8ToBytes(`${canonicalJson(envelope)}\n`);
}

const maxSignatures = 16;

const envelopeSchema = z.strictObject({
  payload: z.string(),
  payloadType: z.string().min(1),
  signatures: z
    .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/), sig: z.string() }))
    .min(1)
    .max(maxSignatures),
});

/** Reads exactly what formatEnvelope writes; nothing is verified. Fault: envelope_malformed. */
export function parseEnvelope(bytes: Uint8Array): Result<Envelope, Fault> {
  const form = { layout: "canonical", ending: "\n" } as const;
  const read = readStrictJson(bytes, envelopeSchema, "envelope_malformed", form);
  if (!read.ok) return read;
  const payload = base64ToBytes(read.value.payload);
  if (!payload.ok) return malformed(`payload: ${payload.fault.message}`);
  const signatures: { keyId: string; signature: Uint8Array }[] = [];
  for (const { keyid, sig } of read.value.signatures) {
    const signature = base64ToBytes(sig);
    if (!signature.ok) return malformed(`signature: ${signature.fault.message}`);
    signatures.push({ keyId: keyid, signature: signature.value });
  }
  return ok({ payloadType: read.value.payloadType, payload: payload.value, signatures });
}

/**
 * The keys that signed, each once. Every signature must be of one of these keys, carry that key's
 * id and verify, so that no byte of an envelope can change unseen; the id itself proves nothing.
 * Faults: envelope_signer_unknown, envelope_signature_wrong, envelope_signature_repeated.
 */
export function verifyEnvelope<K extends PublicKey>(
  envelope: Envelope,
  keys: readonly K[],
): Result<readonly K[], Fault> {
  const message = preAuthEncoding(envelope.payloadType, envelope.payload);
  const signers: K[] = [];
  for (const { keyId, signature } of envelope.signatures) {
    const key = keys.find(({ id }) => id === keyId);
    if (key === undefined) return refused("signer_unknown", keyId, "is of a key not trusted here");
    if (!key.verify(message, signature)) return refused("signature_wrong", keyId, "fails");
    if (signers.includes(key)) return refused("signature_repeated", keyId, "is there twice");
    signers.push(key);
  }
  return ok(signers);
}

function refused(what: string, keyId: string, says: string): Result<never, Fault> {
  return err({
    code: `envelope_${what}`,
    message: `the signature of ${keyId.slice(0, 16)} ${says}`,
  });
}

function malformed(message: string): Result<never, Fault> {
  return err({ code: "envelope_malformed", message });
}
