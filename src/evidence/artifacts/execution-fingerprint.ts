import type { z } from "zod";
import { type Json } from "#base";
import { anyJson, count, exactly, listOf, reason, runId, strictRecord } from "./fields.ts";

/** What the run did to the outside. Offline: nothing, and it says so. */
export type ExecutionFingerprint = Readonly<{
  schema_version: "execution_fingerprint/1";
  run_id: string;
  mode: "offline";
  api_calls: 0;
  /** Orders that left the process. */
  orders_sent: 0;
  /** Orders met by the simulated world. */
  orders_simulated: number;
  error_count: 0;
  error_events: readonly Json[];
  latency_stats_ms: null;
  latency_stats_ms_reason: string;
  rate_limit_hits: 0;
}>;

export const executionFingerprint: z.ZodType<ExecutionFingerprint> =
  strictRecord<ExecutionFingerprint>({
    schema_version: exactly("execution_fingerprint/1"),
    run_id: runId,
    mode: exactly("offline"),
    api_calls: exactly(0),
    orders_sent: exactly(0),
    orders_simulated: count,
    error_count: exactly(0),
    error_events: listOf(anyJson),
    latency_stats_ms: exactly(null),
    latency_stats_ms_reason: reason,
    rate_limit_hits: exactly(0),
  });
