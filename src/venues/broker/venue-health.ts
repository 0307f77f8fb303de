/**
 * Whether it makes sense to send anything: after some failures in a row the venue counts as away
 * for a while, then one request may try.
 */
export type VenueHealth = Readonly<{
  /** Why nothing should be sent now; null: go on. */
  refusal: (nowMs: number) => UnavailableReason | null;
  /** What a call said; null: the venue answered, whatever its answer. */
  observe: (reason: string | null, nowMs: number) => void;
}>;

export type UnavailableReason =
  | "exchange_unavailable"
  | "exchange_maintenance"
  | "exchange_api_unreachable";

const toleratedFailures = 3;
const firstPauseMs = 1000;
const longestPauseMs = 30_000;

const unavailableByReason: ReadonlyMap<string, UnavailableReason> = new Map([
  ["timeout", "exchange_api_unreachable"],
  ["connection_error", "exchange_api_unreachable"],
  ["request_exception", "exchange_api_unreachable"],
  ["http_5xx", "exchange_unavailable"],
  ["http_error", "exchange_unavailable"],
  ["exchange_unavailable", "exchange_unavailable"],
  ["exchange_busy", "exchange_unavailable"],
  ["exchange_maintenance", "exchange_maintenance"],
]);

export function createVenueHealth(): VenueHealth {
  let failures = 0;
  let pauseMs = firstPauseMs;
  let untilMs = Number.NEGATIVE_INFINITY;
  let why: UnavailableReason = "exchange_api_unreachable";
  return {
    refusal: (nowMs) => (nowMs < untilMs ? why : null),
    observe(reason, nowMs): void {
      const kind = reason === null ? undefined : unavailableByReason.get(reason);
      if (kind === undefined) {
        failures = 0;
        pauseMs = firstPauseMs;
        return;
      }
      failures += 1;
      // Maintenance is announced, so one answer is enough.
      if (failures < toleratedFailures && kind !== "exchange_maintenance") return;
      why = kind;
      untilMs = nowMs + pauseMs;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    },
  };
}
