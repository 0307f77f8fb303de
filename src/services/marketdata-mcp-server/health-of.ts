import { isoFromMillis } from "#base";
import type { HealthBody, Heartbeat, HeartbeatStatus } from "#protocol";
import { heartbeatSchema } from "#protocol";
import type { Moment } from "#safety";
import type { FeedChange } from "./feeds/feed.ts";
import type { MarketHours } from "./market-hours.ts";
import { secondsOf, streamStateOf, utcOf } from "./market-view.ts";
import type { StreamFreshness, StreamLimits } from "./pipeline/judge-stream.ts";
import type { TickBoard } from "./pipeline/tick-board.ts";

/** The body of `/healthz`. The status is 200 exactly when `ok`: market hours never soften it. */
export function healthOf(
  service: string,
  freshness: StreamFreshness,
  limits: StreamLimits,
  hours: MarketHours,
): HealthBody {
  const { lastTickMs, ageMs, fresh, reason } = freshness;
  return {
    service,
    last_tick_epoch_seconds: secondsOf(lastTickMs),
    age_seconds: secondsOf(ageMs),
    max_age_seconds: limits.maxAgeMs / 1000,
    ok: fresh,
    forced_stale: limits.forcedStale,
    market: hours.market,
    expected_fresh: hours.expectedFresh,
    reason,
  };
}

/** A sign of life anchored in ticks: its times of data come from the exchange alone. */
export function heartbeatOf(
  board: TickBoard,
  about: Readonly<{ change: FeedChange; sequence: number; isStopping: boolean }>,
  now: Moment,
): Heartbeat {
  const freshness = board.judge(now);
  const tick = board.last();
  const state = streamStateOf(about.change, freshness);
  return {
    schema: heartbeatSchema,
    heartbeat_ts: isoFromMillis(Math.floor(now.wallMs)),
    last_tick_ts: utcOf(tick?.exchange_ts_ms ?? null),
    last_tick_symbol: tick?.symbol ?? null,
    tick_age_seconds: tick === null ? null : secondsOf(freshness.ageMs),
    stream_state: state,
    status: statusOf(about.isStopping, state === "live" && freshness.fresh),
    sequence: about.sequence,
  };
}

function statusOf(isStopping: boolean, isWell: boolean): HeartbeatStatus {
  if (isStopping) return "stopping";
  return isWell ? "running" : "degraded";
}
