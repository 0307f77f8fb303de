import type { z } from "zod";
import {
  count,
  exactly,
  finite,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import type { CallError } from "./exchange-api-calls.ts";
import { anyRunId, reasonedRecord, recordId } from "./order-fields.ts";

export type LatencyStats = Readonly<{ min: number; max: number; mean: number; p95: number }>;

export type FingerprintError = Readonly<{
  ts_utc: string;
  call_id: string;
  error_type: CallError;
}>;

/** execution_fingerprint.json of a venue run: what it did to the outside, in numbers. */
export type VenueFingerprint = Readonly<{
  schema_version: "venue_fingerprint/1";
  run_id: string;
  mode: "okx_demo" | "okx_live";
  /** Lines of exchange_api_calls.jsonl. */
  api_calls: number;
  /** Attempts that left the process. */
  orders_sent: number;
  /** Calls with an error_type. */
  error_count: number;
  error_events: readonly FingerprintError[];
  latency_stats_ms: LatencyStats | null;
  latency_stats_ms_reason: string | null;
  rate_limit_hits: number;
}>;

export const venueFingerprint: z.ZodType<VenueFingerprint> = reasonedRecord<VenueFingerprint>({
  schema_version: exactly("venue_fingerprint/1"),
  run_id: anyRunId,
  mode: oneOf(["okx_demo", "okx_live"]),
  api_calls: count,
  orders_sent: count,
  error_count: count,
  error_events: listOf(
    strictRecord<FingerprintError>({
      ts_utc: utcTime,
      call_id: recordId,
      error_type: oneOf([
        "timeout",
        "connection_error",
        "request_exception",
        "http_error",
        "api_error",
      ]),
    }),
  ),
  latency_stats_ms: nullable(
    strictRecord<LatencyStats>({ min: finite, max: finite, mean: finite, p95: finite }),
  ),
  latency_stats_ms_reason: nullable(reason),
  rate_limit_hits: count,
});
