import type { z } from "zod";
import {
  count,
  exactly,
  listOf,
  nullable,
  oneOf,
  reason,
  runId,
  strictRecord,
  utcTime,
} from "./fields.ts";
import type { HighRateFence } from "./high-rate-fences.ts";

/** One row of the fence inventory with what the run counted at it. */
export type FenceRow = Readonly<{
  fence_id: string;
  layer: string;
  type: string;
  category: string;
  location: string;
  what_it_gates: string;
  default_behavior: string;
  /** Null = physics of the world, cannot be off. */
  off_switch: string | null;
  off_switch_reason: string | null;
  risk: string;
  trigger_count: number;
  block_count: number;
}>;

export type GatingTelemetry = Readonly<{
  schema_version: "gating_telemetry/2";
  run_id: string;
  mode: "offline";
  /** Time of the last bar lived: market time keeps the file pure. */
  ts_utc: string;
  ticks: number;
  /** Decisions asked of living agents, and orders they wanted: the bases of the rates. */
  steps: number;
  attempts: number;
  fences: readonly FenceRow[];
  high_rate_fences: readonly HighRateFence[];
}>;

export const gatingTelemetry: z.ZodType<GatingTelemetry> = strictRecord<GatingTelemetry>({
  schema_version: exactly("gating_telemetry/2"),
  run_id: runId,
  mode: exactly("offline"),
  ts_utc: utcTime,
  ticks: count,
  steps: count,
  attempts: count,
  fences: listOf(
    strictRecord<FenceRow>({
      fence_id: reason,
      layer: reason,
      type: reason,
      category: reason,
      location: reason,
      what_it_gates: reason,
      default_behavior: reason,
      off_switch: nullable(reason),
      off_switch_reason: nullable(reason),
      risk: reason,
      trigger_count: count,
      block_count: count,
    }),
  ),
  high_rate_fences: listOf(
    strictRecord<HighRateFence>({
      fence_id: reason,
      rate: oneOf(["trigger_per_step", "block_per_attempt"]),
      rate_ppm: count,
      explanation: reason,
      counterfactual_run_id: nullable(runId),
      counterfactual_run_id_reason: nullable(reason),
    }),
  ),
});
