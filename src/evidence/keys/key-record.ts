import { z } from "zod";
import {
  base64ToBytes,
  bytesToBase64,
  canonicalJson,
  err,
  type Fault,
  isoFromMillis,
  type Millis,
  millisFromIso,
  ok,
  type Result,
  utf8ToBytes,
} from "#base";
import { type PublicKey, parsePublicKey } from "../seal/ed25519.ts";
import { formatVerifierKey, isKeyName } from "../seal/note-key.ts";
import { readStrictJson } from "../seal/strict-json.ts";
import { type KeyPurpose, keyPurposes } from "./purpose.ts";

/** The public half of a key and what it is for. */
export type KeyRecord = Readonly<{
  purpose: KeyPurpose;
  /** Counts the keys of one purpose; rotation adds one. */
  generation: number;
  /** The name in signature lines; part of the note key id. */
  name: string;
  publicKey: PublicKey;
  createdMs: Millis;
}>;

/** `run-seal.1`: names the files of a key. */
export function keyLabel({
  purpose,
  generation,
}: Pick<KeyRecord, "purpose" | "generation">): string {
  return `${purpose}.${generation}`;
}

/** A canonical JSON line; `verifier_key` and `key_id` follow from the rest and are checked. */
export function formatKeyRecord(record: KeyRecord): Uint8Array {
  const { purpose, generation, name, publicKey, createdMs } = record;
  const document = {
    created_utc: isoFromMillis(createdMs),
    generation,
    key_id: publicKey.id,
    kind: "assay_public_key",
    name,
    public_key: bytesToBase64(publicKey.bytes),
    purpose,
    v: 1,
    verifier_key: formatVerifierKey(name, publicKey),
  };
  return utf8ToBytes(`${canonicalJson(document)}\n`);
}

const recordSchema = z.strictObject({
  created_utc: z.string(),
  generation: z.int().min(1).max(1_000_000),
  key_id: z.string(),
  kind: z.literal("assay_public_key"),
  name: z.string().refine(isKeyName, "not a key name"),
  public_key: z.string(),
  purpose: z.enum(keyPurposes),
  v: z.literal(1),
  verifier_key: z.string(),
});

/** Reads exactly what formatKeyRecord writes. Fault: key_record_malformed. */
export function parseKeyRecord(bytes: Uint8Array): Result<KeyRecord, Fault> {
  const code = "key_record_malformed";
  const form = { layout: "canonical", ending: "\n" } as const;
  const read = readStrictJson(bytes, recordSchema, code, form);
  if (!read.ok) return read;
  const { purpose, generation, name, public_key, key_id, verifier_key, created_utc } = read.value;
  const raw = base64ToBytes(public_key);
  if (!raw.ok) return err({ code, message: `public_key: ${raw.fault.message}` });
  const publicKey = parsePublicKey(raw.value);
  if (!publicKey.ok) return err({ code, message: `public_key: ${publicKey.fault.message}` });
  const created = millisFromIso(created_utc);
  if (!created.ok) return err({ code, message: `created_utc: ${created.fault.message}` });
  if (key_id !== publicKey.value.id || verifier_key !== formatVerifierKey(name, publicKey.value)) {
    return err({ code, message: "key_id or verifier_key is not that of this key" });
  }
  return ok({ purpose, generation, name, publicKey: publicKey.value, createdMs: created.value });
}
