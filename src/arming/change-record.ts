import { createHash } from "node:crypto";
import { z } from "zod";
import {
  canonicalJson,
  err,
  type Fault,
  isoFromMillis,
  millisFromIso,
  ok,
  type Result,
  utf8ToBytes,
} from "#base";
import { readStrictJson } from "#evidence";
import {
  type ChangeDigests,
  type ChangeOp,
  type ChangeTarget,
  type ChangeWindow,
  changeOps,
} from "#safety";

/** What DSSE signatures over a change name as the type of what they sign. */
export const changePayloadType = "application/vnd.assay.change-request+json";

/** A change is a page of text; nothing longer is looked at. */
export const maxChangeBytes: number = 16 << 10;

/** Everything that the people who sign approve, and nothing beside it counts. */
export type ChangeRecord = Readonly<{
  kind: "assay_change_request";
  v: 1;
  op: ChangeOp;
  system_id: string;
  env: string;
  venue: string;
  account_hash: string;
  release_digest: string;
  policy_digest: string;
  limits_digest: string;
  /** SHA-256 of the policy or the limits that shall be from now on; null for other acts. */
  proposed_digest: string | null;
  /** Where the change is described, and the SHA-256 of that text. */
  change_record: Readonly<{ url: string; sha256: string }>;
  window: Readonly<{ not_before: string; not_after: string }>;
  nonce: string;
  boot_id: string;
  /** The arming log as the people who signed saw it. */
  log_size: number;
  log_root: string;
  evidence: readonly ChangeEvidence[];
  requester: string;
  reason: string;
}>;

/** Something that was looked at: by which name, its SHA-256, when it was so, and what it says. */
export type ChangeEvidence = Readonly<{
  name: string;
  sha256: string;
  at: string;
  verdict: "ok" | "not_ok";
}>;

export const hex64: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/, "not 64 hex digits");
export const plainName: z.ZodType<string> = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, "not a plain name");

/** One line that shows as it is: no controls, no marks that turn the order of reading. */
const plainText: (longest: number) => z.ZodType<string> = (longest) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine(
      (text) =>
        text.isWellFormed() && text.trim() === text && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text),
      "not one line of plain text",
    );

/** Milliseconds and Z, one spelling only. */
export const utcText: z.ZodType<string> = z.string().refine((text) => {
  const millis = millisFromIso(text);
  return millis.ok && isoFromMillis(millis.value) === text;
}, "not a time like 2026-01-02T03:04:05.678Z");

export const bootId: z.ZodType<string> = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/, "not a boot id");

export const accountHash: z.ZodType<string> = z
  .string()
  .regex(/^[0-9a-f]{16,64}$/, "not the hash of an account");

const evidenceSchema: z.ZodType<ChangeEvidence> = z.strictObject({
  name: plainName,
  sha256: hex64,
  at: utcText,
  verdict: z.enum(["ok", "not_ok"]),
});

const changeSchema: z.ZodType<ChangeRecord> = z.strictObject({
  kind: z.literal("assay_change_request"),
  v: z.literal(1),
  op: z.enum(changeOps),
  system_id: plainName,
  env: plainName,
  venue: plainName,
  account_hash: accountHash,
  release_digest: hex64,
  policy_digest: hex64,
  limits_digest: hex64,
  proposed_digest: hex64.nullable(),
  change_record: z.strictObject({ url: plainText(500), sha256: hex64 }),
  window: z.strictObject({ not_before: utcText, not_after: utcText }),
  nonce: hex64,
  boot_id: bootId,
  log_size: z.int().min(1),
  log_root: hex64,
  evidence: z.array(evidenceSchema).max(8),
  requester: plainName,
  reason: plainText(1000),
});

/** The bytes that are signed: canonical JSON (RFC 8785) and one line feed. */
export function formatChange(change: ChangeRecord): Uint8Array {
  return utf8ToBytes(`${canonicalJson(change)}\n`);
}

/** Reads exactly what formatChange writes. Fault: change_malformed. */
export function parseChange(bytes: Uint8Array): Result<ChangeRecord, Fault> {
  const code = "change_malformed";
  if (bytes.length > maxChangeBytes) {
    return err({ code, message: `a change has at most ${maxChangeBytes} bytes` });
  }
  const read = readStrictJson(bytes, changeSchema, code, { layout: "canonical", ending: "\n" });
  if (!read.ok) return read;
  const { op, proposed_digest, evidence } = read.value;
  if ((proposed_digest !== null) !== opsWithProposal.has(op)) {
    const needs = opsWithProposal.has(op) ? "names what it proposes" : "proposes nothing";
    return err({ code, message: `proposed_digest: ${op} ${needs}` });
  }
  const names = new Set(evidence.map(({ name }) => name));
  if (names.size === evidence.length) return ok(read.value);
  return err({ code, message: "evidence: a name is there twice" });
}

/** Acts that put one document in the place of another. */
const opsWithProposal: ReadonlySet<string> = new Set(["CHANGE_POLICY", "RAISE_LIMIT"]);

/** SHA-256 of the signed bytes: how a change is spoken of. */
export function changeIdOf(bytes: Uint8Array): string {
  return sha256Hex(bytes);
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function targetOf(change: ChangeRecord): ChangeTarget {
  const { system_id, env, venue, account_hash, boot_id } = change;
  return { systemId: system_id, env, venue, accountHash: account_hash, bootId: boot_id };
}

export function digestsOf(change: ChangeRecord): ChangeDigests {
  const { release_digest, policy_digest, limits_digest } = change;
  return { release: release_digest, policy: policy_digest, limits: limits_digest };
}

/** The schema has checked that both are times. */
export function windowOf({ window }: Pick<ChangeRecord, "window">): ChangeWindow {
  return { notBeforeMs: utcMs(window.not_before), notAfterMs: utcMs(window.not_after) };
}

/** NaN for what is no time, so that every comparison with it refuses. */
export function utcMs(text: string): number {
  const millis = millisFromIso(text);
  return millis.ok ? millis.value : Number.NaN;
}
