import { z } from "zod";
import {
  base64ToBytes,
  bytesToBase64,
  err,
  type Fault,
  isoFromMillis,
  type Millis,
  millisFromIso,
  ok,
  type Result,
  utf8ToBytes,
} from "#base";
import { isOwnOrigin } from "../seal/checkpoint.ts";
import { type PublicKey, parsePublicKey } from "../seal/ed25519.ts";
import { isKeyName, type NoteVerifier, noteVerifier } from "../seal/note-key.ts";
import { readStrictJson } from "../seal/strict-json.ts";
import { type KeyPurpose, keyPurposes } from "./purpose.ts";

/** Whom a verifier trusts, for what and when; it comes from the verifier, never from a run. */
export type TrustPolicy = Readonly<{
  /** The first part of every origin: `assay.local` in `assay.local/run/HF_...`. */
  system: string;
  keys: readonly TrustedKey[];
  /** How many different keys must have signed; 1 where nothing is said. */
  thresholds: Readonly<Partial<Record<KeyPurpose, number>>>;
}>;

export type TrustedKey = PublicKey &
  Readonly<{
    purpose: KeyPurpose;
    name: string;
    generation: number;
    /** Signatures of earlier and later times are not this key's; null is no bound. */
    validFromMs: Millis | null;
    validToMs: Millis | null;
    /** The person or machine that holds the private half. */
    holder: string | null;
  }>;

export function thresholdOf(policy: TrustPolicy, purpose: KeyPurpose): number {
  return policy.thresholds[purpose] ?? 1;
}

/** All keys of a purpose, whatever their time. */
export function trustedKeys(policy: TrustPolicy, purpose: KeyPurpose): readonly TrustedKey[] {
  return policy.keys.filter((key) => key.purpose === purpose);
}

/** Both bounds belong to the window. */
export function isValidAt(key: TrustedKey, timeMs: Millis): boolean {
  const { validFromMs, validToMs } = key;
  return (
    (validFromMs === null || timeMs >= validFromMs) && (validToMs === null || timeMs <= validToMs)
  );
}

export function noteVerifiers(keys: readonly TrustedKey[]): readonly NoteVerifier[] {
  return keys.map((key) => noteVerifier(key.name, key));
}

/** JSON laid out for people, members and keys in a fixed order. */
export function formatPolicy({ system, keys, thresholds }: TrustPolicy): Uint8Array {
  const document = {
    kind: "assay_trust_policy",
    v: 1,
    system,
    thresholds,
    keys: keys.map((key) => ({
      purpose: key.purpose,
      generation: key.generation,
      name: key.name,
      public_key: bytesToBase64(key.bytes),
      valid_from: timeText(key.validFromMs),
      valid_to: timeText(key.validToMs),
      holder: key.holder,
    })),
  };
  return utf8ToBytes(`${JSON.stringify(document, null, 2)}\n`);
}

const time = z.string().nullable();

const policySchema = z.strictObject({
  kind: z.literal("assay_trust_policy"),
  v: z.literal(1),
  system: z.string().refine(isOwnOrigin, "a name like assay.local"),
  thresholds: z.partialRecord(z.enum(keyPurposes), z.int().min(1).max(16)),
  keys: z
    .array(
      z.strictObject({
        purpose: z.enum(keyPurposes),
        generation: z.int().min(1).max(1_000_000),
        name: z.string().refine(isKeyName, "not a key name"),
        public_key: z.string(),
        valid_from: time,
        valid_to: time,
        holder: z.string().min(1).max(200).nullable(),
      }),
    )
    .max(1000),
});

/** Strict JSON in any layout. Faults: policy_malformed, policy_key_reused. */
export function parsePolicy(bytes: Uint8Array): Result<TrustPolicy, Fault> {
  const read = readStrictJson(bytes, policySchema, "policy_malformed", { layout: "any" });
  if (!read.ok) return read;
  const keys: TrustedKey[] = [];
  for (const [at, document] of read.value.keys.entries()) {
    const key = trustedKeyOf(document);
    if (!key.ok)
      return err({ code: "policy_malformed", message: `keys.${at}: ${key.fault.message}` });
    if (keys.some(({ id }) => id === key.value.id)) {
      const message = `keys.${at}: this key is listed before; one key, one purpose`;
      return err({ code: "policy_key_reused", message });
    }
    keys.push(key.value);
  }
  return ok({ system: read.value.system, keys, thresholds: thresholdsOf(read.value.thresholds) });
}

type KeyDocument = z.infer<typeof policySchema>["keys"][number];

function trustedKeyOf(document: KeyDocument): Result<TrustedKey, Fault> {
  const raw = base64ToBytes(document.public_key);
  if (!raw.ok) return raw;
  const key = parsePublicKey(raw.value);
  if (!key.ok) return key;
  const from = timeOf(document.valid_from);
  if (!from.ok) return from;
  const to = timeOf(document.valid_to);
  if (!to.ok) return to;
  if (from.value !== null && to.value !== null && from.value > to.value) {
    return err({ code: "policy_malformed", message: "valid_to is before valid_from" });
  }
  const { purpose, name, generation, holder } = document;
  const window = { validFromMs: from.value, validToMs: to.value };
  return ok({ ...key.value, purpose, name, generation, ...window, holder });
}

function thresholdsOf(
  document: Readonly<Partial<Record<KeyPurpose, number | undefined>>>,
): TrustPolicy["thresholds"] {
  const thresholds: Partial<Record<KeyPurpose, number>> = {};
  for (const purpose of keyPurposes) {
    const threshold = document[purpose];
    if (threshold !== undefined) thresholds[purpose] = threshold;
  }
  return thresholds;
}

function timeOf(text: string | null): Result<Millis | null, Fault> {
  return text === null ? ok(null) : millisFromIso(text);
}

function timeText(timeMs: Millis | null): string | null {
  return timeMs === null ? null : isoFromMillis(timeMs);
}
