import type { ExchangeApiCall, OrderAttempt, VenueFingerprint } from "#evidence";
import { percentilesOf } from "../quality/percentiles.ts";

/** OKX's words for "too many": per endpoint and per account. */
const rateLimitCodes: ReadonlySet<string> = new Set(["50011", "50061"]);

/** execution_fingerprint.json: what the run did to the outside, in numbers. */
export function fingerprintOf(
  runId: string,
  mode: "okx_demo" | "okx_live",
  calls: readonly ExchangeApiCall[],
  attempts: readonly OrderAttempt[],
): VenueFingerprint {
  const failed = calls.filter(({ error_type }) => error_type !== null);
  const latency = percentilesOf(calls.flatMap(({ latency_ms }) => latency_ms ?? []));
  return {
    schema_version: "venue_fingerprint/1",
    run_id: runId,
    mode,
    api_calls: calls.length,
    orders_sent: attempts.filter(({ status }) => status === "sending").length,
    error_count: failed.length,
    error_events: failed.flatMap(({ ts_utc, call_id, error_type }) =>
      error_type === null ? [] : [{ ts_utc, call_id, error_type }],
    ),
    latency_stats_ms:
      latency === null
        ? null
        : { min: latency.min, max: latency.max, mean: latency.mean, p95: latency.p95 },
    latency_stats_ms_reason: latency === null ? "no_call_was_timed" : null,
    rate_limit_hits: calls.filter(({ sCode, code }) => rateLimitCodes.has(sCode ?? code ?? ""))
      .length,
  };
}
