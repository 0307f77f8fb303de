import type { z } from "zod";
import {
  count,
  exactly,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import { anyRunId, fileName, reasonedRecord, recordId } from "./order-fields.ts";

/** Why a raw record is kept. Everything but `baseline` is an event. */
export type SampleTrigger =
  | "error"
  | "reject"
  | "timeout"
  | "forced_liquidation"
  | "collapse"
  | "self_trade_suspicion"
  | "baseline";

export const sampleTriggers: readonly SampleTrigger[] = [
  "error",
  "reject",
  "timeout",
  "forced_liquidation",
  "collapse",
  "self_trade_suspicion",
  "baseline",
];

export type SamplePolicy = Readonly<{
  /** A record without an event is kept when the hash of its id says so: one in this many. */
  baseline_one_in: number;
  /** Everything under raw/ together, account and sums included, never exceeds this. */
  budget_bytes: number;
  part_bytes: number;
}>;

export type SampleCount = Readonly<{ records: number; bytes: number }>;

/** One trigger: how much there was, how much is still there, how much had to go. */
export type TriggerAccount = Readonly<{
  trigger: SampleTrigger;
  selected: SampleCount;
  kept: SampleCount;
  /** Went with a part that was rotated out. */
  rotated_out: SampleCount;
  /** Never written: larger than a part. */
  too_large: SampleCount;
}>;

export type SamplePart = Readonly<{
  file: string;
  lane: "event" | "baseline";
  records: number;
  bytes: number;
  first_ts_utc: string | null;
  first_ts_utc_reason: string | null;
}>;

export type RotatedPart = SamplePart & Readonly<{ reason: "budget" }>;

/** raw/raw_account.json: what was offered, what was kept, and what was dropped and why. */
export type RawAccount = Readonly<{
  schema_version: "raw_account/1";
  run_id: string;
  policy: SamplePolicy;
  offered: SampleCount;
  not_selected: SampleCount;
  triggers: readonly TriggerAccount[];
  parts: readonly SamplePart[];
  rotated_parts: readonly RotatedPart[];
  /** Rotated parts beyond the bound of the list above. */
  rotated_parts_left_out: number;
}>;

/** A line of a raw sample part. */
export type RawSample = Readonly<{
  run_id: string;
  record_id: string;
  ts_utc: string;
  trigger: SampleTrigger;
  /** The record as it was, canonical JSON text. */
  record: string;
}>;

export const rawSample: z.ZodType<RawSample> = strictRecord<RawSample>({
  run_id: anyRunId,
  record_id: recordId,
  ts_utc: utcTime,
  trigger: oneOf(sampleTriggers),
  record: reason,
});

const sampleCount: z.ZodType<SampleCount> = strictRecord<SampleCount>({
  records: count,
  bytes: count,
});

const samplePart = {
  file: fileName,
  lane: oneOf(["event", "baseline"]),
  records: count,
  bytes: count,
  first_ts_utc: nullable(utcTime),
  first_ts_utc_reason: nullable(reason),
} as const;

export const rawAccount: z.ZodType<RawAccount> = strictRecord<RawAccount>({
  schema_version: exactly("raw_account/1"),
  run_id: anyRunId,
  policy: strictRecord<SamplePolicy>({
    baseline_one_in: positive,
    budget_bytes: positive,
    part_bytes: positive,
  }),
  offered: sampleCount,
  not_selected: sampleCount,
  triggers: listOf(
    strictRecord<TriggerAccount>({
      trigger: oneOf(sampleTriggers),
      selected: sampleCount,
      kept: sampleCount,
      rotated_out: sampleCount,
      too_large: sampleCount,
    }),
  ),
  parts: listOf(reasonedRecord<SamplePart>(samplePart)),
  rotated_parts: listOf(reasonedRecord<RotatedPart>({ ...samplePart, reason: exactly("budget") })),
  rotated_parts_left_out: count,
});
