import type { z } from "zod";
import {
  count,
  exactly,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import { type FenceRow } from "../gating-telemetry.ts";
import type { HighRateFence } from "../high-rate-fences.ts";
import { anyRunId, code, reasonedRecord } from "./order-fields.ts";

/** gating_telemetry.json of a venue run. */
export type VenueTelemetry = Readonly<{
  schema_version: "venue_telemetry/1";
  run_id: string;
  mode: "okx_demo" | "okx_live";
  created_at: string;
  /** Decisions asked of living agents: the base of trigger rates. */
  steps: number;
  /** Distinct attempts in order_attempts.jsonl: the base of block rates. */
  attempts: number;
  fences: readonly FenceRow[];
  high_rate_fences: readonly HighRateFence[];
}>;

/** The fences that every venue run counts, whatever else it has. */
export const requiredVenueFences: readonly string[] = [
  "fence_i_positions_empty_fallback",
  "fence_live_auth_guard",
  "fence_m_no_fills_skip_reconstruction",
  "fence_rate_limiter_block_order",
];

const fenceRow: z.ZodType<FenceRow> = reasonedRecord<FenceRow>({
  fence_id: code,
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
});

export const venueTelemetry: z.ZodType<VenueTelemetry> = strictRecord<VenueTelemetry>({
  schema_version: exactly("venue_telemetry/1"),
  run_id: anyRunId,
  mode: oneOf(["okx_demo", "okx_live"]),
  created_at: utcTime,
  steps: count,
  attempts: count,
  fences: listOf(fenceRow),
  high_rate_fences: listOf(
    reasonedRecord<HighRateFence>({
      fence_id: code,
      rate: oneOf(["trigger_per_step", "block_per_attempt"]),
      rate_ppm: count,
      explanation: reason,
      counterfactual_run_id: nullable(anyRunId),
      counterfactual_run_id_reason: nullable(reason),
    }),
  ),
});
