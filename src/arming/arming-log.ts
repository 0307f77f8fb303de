import { join } from "node:path";
import { z } from "zod";
import type { Chained, ChainedPlace } from "#evidence";
import { type ChangeOp, changeOps } from "#safety";
import { bootId, hex64, plainName, utcText } from "./change-record.ts";

/** What is written down; the log adds its place, the target when and in which start of it. */
export type ArmingAct =
  /** The policy that counts from here on; `change_id` null: the first of this installation. */
  | Readonly<{ type: "policy_adopted"; policy_digest: string; change_id: string | null }>
  | Readonly<{ type: "challenge_issued"; nonce: string }>
  | Readonly<{
      type: "attempt_refused";
      /** SHA-256 of what was offered, whatever it was. */
      change_id: string;
      code: string;
      /** All that was wrong, each kind once. */
      codes: readonly string[];
      nonce: string | null;
    }>
  /** Durable before anything is allowed by it: the nonce is used up from here on. */
  | Readonly<{
      type: "admitted";
      change_id: string;
      op: ChangeOp;
      nonce: string;
      requester: string;
      approvers: readonly Readonly<{ person: string; key_id: string }>[];
    }>
  /** What came of an admission, and how a lease ended. */
  | Readonly<{
      type: "effect";
      change_id: string | null;
      effect: ArmingEffectWord;
      reason: string;
    }>;

export type ArmingEffectWord = (typeof effects)[number];

const effects = ["armed", "released", "adopted", "handed_on", "refused", "disarmed"] as const;

/** One act of the arming log; everything that was tried is one. */
export type ArmingRecord = Chained &
  Readonly<{ schema_version: "assay_arming/1"; ts_utc: string; boot_id: string }> &
  ArmingAct;

const code = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "not a code");

const common = {
  schema_version: z.literal("assay_arming/1"),
  seq: z.int().min(0),
  previous_sha256: hex64.nullable(),
  ts_utc: utcText,
  boot_id: bootId,
};

const approver = z.strictObject({ person: plainName, key_id: hex64 });

export const armingRecordSchema: z.ZodType<ArmingRecord> = z.discriminatedUnion("type", [
  z.strictObject({
    ...common,
    type: z.literal("policy_adopted"),
    policy_digest: hex64,
    change_id: hex64.nullable(),
  }),
  z.strictObject({ ...common, type: z.literal("challenge_issued"), nonce: hex64 }),
  z.strictObject({
    ...common,
    type: z.literal("attempt_refused"),
    change_id: hex64,
    code,
    codes: z.array(code).min(1).max(32),
    nonce: hex64.nullable(),
  }),
  z.strictObject({
    ...common,
    type: z.literal("admitted"),
    change_id: hex64,
    op: z.enum(changeOps),
    nonce: hex64,
    requester: plainName,
    approvers: z.array(approver).min(2).max(16),
  }),
  z.strictObject({
    ...common,
    type: z.literal("effect"),
    change_id: hex64.nullable(),
    effect: z.enum(effects),
    reason: code,
  }),
]);

/** `<root>/arming/changes.jsonl`. */
export function armingLogPlace(root: string): ChainedPlace {
  return { folder: join(root, "arming"), name: "changes" };
}

/** `<root>/arming/approvers.json`: who may approve. */
export function approversPolicyPath(root: string): string {
  return join(root, "arming", "approvers.json");
}
