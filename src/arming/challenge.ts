import { z } from "zod";
import { canonicalJson, type Fault, type Result, utf8ToBytes } from "#base";
import { readStrictJson } from "#evidence";
import { accountHash, bootId, hex64, plainName, utcText } from "./change-record.ts";

/**
 * What a target gives to those who want to change something: a nonce that it accepts once, from
 * this start of its process, for 15 minutes; and what it is and runs, so that nobody types digests.
 */
export type Challenge = Readonly<{
  kind: "assay_change_challenge";
  v: 1;
  system_id: string;
  env: string;
  venue: string;
  account_hash: string;
  release_digest: string;
  policy_digest: string;
  limits_digest: string;
  nonce: string;
  boot_id: string;
  /** The arming log as it stands with this challenge as its last record. */
  log_size: number;
  log_root: string;
  issued_at: string;
  good_for_ms: number;
}>;

/** By the target's clock that only goes forward. */
export const challengeLifetimeMs: number = 15 * 60_000;

const challengeSchema: z.ZodType<Challenge> = z.strictObject({
  kind: z.literal("assay_change_challenge"),
  v: z.literal(1),
  system_id: plainName,
  env: plainName,
  venue: plainName,
  account_hash: accountHash,
  release_digest: hex64,
  policy_digest: hex64,
  limits_digest: hex64,
  nonce: hex64,
  boot_id: bootId,
  log_size: z.int().min(1),
  log_root: hex64,
  issued_at: utcText,
  good_for_ms: z.int().min(1),
});

/** Canonical JSON and one line feed. */
export function formatChallenge(challenge: Challenge): Uint8Array {
  return utf8ToBytes(`${canonicalJson(challenge)}\n`);
}

/** Strict JSON in any layout: people pass it on. Fault: challenge_malformed. */
export function parseChallenge(bytes: Uint8Array): Result<Challenge, Fault> {
  return readStrictJson(bytes, challengeSchema, "challenge_malformed", { layout: "any" });
}
