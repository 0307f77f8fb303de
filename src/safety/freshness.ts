import type { Millis } from "#base";
import type { Moment } from "./moment.ts";

/**
 * What is known of a stream of exchange ticks. A tick counts by the exchange's own time, and only
 * when it is newer than all before: polls, repeats and replays of old ticks refresh nothing.
 */
export type TickWatch = Readonly<{
  /** Exchange time of the newest tick; null before the first. */
  lastTickMs: Millis | null;
  /** When the newest tick was received here. */
  receivedAt: Moment | null;
  /** The latest tick claimed to be from the future: no clock can be trusted until a sound one. */
  future: boolean;
}>;

export type FreshnessLimits = Readonly<{
  maxAgeMs: number;
  /** A drill: stale whatever comes in. There is no switch for the opposite. */
  forcedStale: boolean;
}>;

export type FreshnessReason =
  | "fresh"
  | "forced_stale"
  | "tick_never_seen"
  | "tick_in_future"
  | "tick_too_old"
  | "clock_stepped_back";

export type Freshness = Readonly<{
  fresh: boolean;
  reason: FreshnessReason;
  lastTickMs: Millis | null;
  /** Age of the newest tick; null when none or when the clocks contradict each other. */
  ageMs: number | null;
}>;

/** A tick further ahead of our clock than this is wrong, or our clock is. */
export const maxFutureMs = 5000;

export const noTicks: TickWatch = { lastTickMs: null, receivedAt: null, future: false };

/** Takes in the exchange time of a tick that was received now. */
export function observeTick(watch: TickWatch, tickMs: Millis, now: Moment): TickWatch {
  if (!Number.isFinite(tickMs)) return watch;
  if (tickMs > now.wallMs + maxFutureMs) return { ...watch, future: true };
  if (watch.lastTickMs !== null && tickMs <= watch.lastTickMs) return watch;
  return { lastTickMs: tickMs, receivedAt: now, future: false };
}

/**
 * The age is the larger of two: the wall's time since the exchange made the tick, and our own
 * time since it came in. So neither a slow feed nor a clock set back looks young.
 */
export function judgeFreshness(watch: TickWatch, limits: FreshnessLimits, now: Moment): Freshness {
  const { lastTickMs, receivedAt } = watch;
  const stale = (reason: FreshnessReason, ageMs: number | null): Freshness => {
    return { fresh: false, reason, lastTickMs, ageMs };
  };
  if (limits.forcedStale) return stale("forced_stale", null);
  if (watch.future) return stale("tick_in_future", null);
  if (lastTickMs === null || receivedAt === null) return stale("tick_never_seen", null);
  if (now.wallMs < receivedAt.wallMs || now.monoMs < receivedAt.monoMs) {
    return stale("clock_stepped_back", null);
  }
  const ageMs = Math.max(now.wallMs - lastTickMs, now.monoMs - receivedAt.monoMs);
  // Written so that an age or a limit that is no number is stale.
  if (!(ageMs <= limits.maxAgeMs)) return stale("tick_too_old", ageMs);
  return { fresh: true, reason: "fresh", lastTickMs, ageMs: Math.max(ageMs, 0) };
}
