import type { z } from "zod";
import type { CollapseReason } from "#core";
import {
  count,
  exactly,
  finite,
  flag,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  utcTime,
} from "./fields.ts";

/**
 * Staying alive, measured in market time: ticks the run lived, and those ticks times the length of
 * a bar. Audit only: no decision reads it. A null stands with its reason, except that
 * `internal_collapse_reason` is null exactly when nothing collapsed.
 */
export type SurvivalKpi = Readonly<{
  internal_collapse_detected: boolean;
  /** Of the first collapse. */
  internal_collapse_reason: CollapseReason | null;
  internal_collapse_time: string | null;
  internal_collapse_time_reason: string | null;
  time_to_first_internal_collapse_ticks: number | null;
  time_to_first_internal_collapse_ticks_reason: string | null;
  time_to_first_internal_collapse_seconds: number | null;
  time_to_first_internal_collapse_seconds_reason: string | null;
  internal_collapses: number;
  /** Ticks between each collapse and the one before. */
  internal_collapse_interval_ticks: readonly number[];
  reboots: number;
  /** Of the first reboot: from the collapse before it. */
  restart_time_ticks: number | null;
  restart_time_ticks_reason: string | null;
  restart_time_seconds: number | null;
  restart_time_seconds_reason: string | null;
  ticks_lived: number;
  survival_time_basis: "market_ticks";
}>;

export const survivalKpi: z.ZodType<SurvivalKpi> = strictRecord<SurvivalKpi>({
  internal_collapse_detected: flag,
  internal_collapse_reason: nullable(oneOf(["extinction", "financial", "both"])),
  internal_collapse_time: nullable(utcTime),
  internal_collapse_time_reason: nullable(reason),
  time_to_first_internal_collapse_ticks: nullable(count),
  time_to_first_internal_collapse_ticks_reason: nullable(reason),
  time_to_first_internal_collapse_seconds: nullable(finite),
  time_to_first_internal_collapse_seconds_reason: nullable(reason),
  internal_collapses: count,
  internal_collapse_interval_ticks: listOf(count),
  reboots: count,
  restart_time_ticks: nullable(count),
  restart_time_ticks_reason: nullable(reason),
  restart_time_seconds: nullable(finite),
  restart_time_seconds_reason: nullable(reason),
  ticks_lived: count,
  survival_time_basis: exactly("market_ticks"),
});
