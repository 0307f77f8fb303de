import type { z } from "zod";
import { count, exactly, hex64, listOf, reason, strictRecord, utcTime } from "../fields.ts";
import { anyRunId, fileName } from "./order-fields.ts";

export type DeletedFile = Readonly<{ path: string; bytes: number; sha256: string }>;

/**
 * What retention took from a run: only files under raw/, each with the digest it had, so that a
 * verifier can tell "deleted by rule" from "lost". Signed, it lies in the installation's log.
 */
export type DeletionRecord = Readonly<{
  schema_version: "deletion_record/1";
  run_id: string;
  ts_utc: string;
  /** The rule that allowed it, in words and figures. */
  policy: string;
  age_days: number;
  files: readonly DeletedFile[];
  /** Digest of raw/SHA256SUMS, which the seal of the run names. */
  raw_sums_sha256: string;
}>;

export const deletionRecord: z.ZodType<DeletionRecord> = strictRecord<DeletionRecord>({
  schema_version: exactly("deletion_record/1"),
  run_id: anyRunId,
  ts_utc: utcTime,
  policy: reason,
  age_days: count,
  files: listOf(strictRecord<DeletedFile>({ path: fileName, bytes: count, sha256: hex64 })),
  raw_sums_sha256: hex64,
});
