import {
  type Freshness,
  type FreshnessReason,
  judgeFreshness,
  type Moment,
  type TickWatch,
} from "#safety";

export type StreamLimits = Readonly<{
  maxAgeMs: number;
  /** How long a stream may repeat itself, tick after tick, and still count as alive. */
  frozenAfterMs: number;
  forcedStale: boolean;
}>;

export type StreamReason = FreshnessReason | "price_frozen";

export type StreamFreshness = Readonly<
  Omit<Freshness, "reason"> & {
    reason: StreamReason;
    /** Age of the newest tick that changed anything; null like `ageMs`. */
    moveAgeMs: number | null;
  }
>;

/**
 * Fresh means two things: ticks come, and they say something new. A feed that repeats one price
 * over a live socket is stuck, however young its time stamps are.
 */
export function judgeStream(
  streams: Readonly<{ ticks: TickWatch; moves: TickWatch }>,
  limits: StreamLimits,
  now: Moment,
): StreamFreshness {
  const { forcedStale, maxAgeMs, frozenAfterMs } = limits;
  const ticks = judgeFreshness(streams.ticks, { forcedStale, maxAgeMs }, now);
  const moves = judgeFreshness(streams.moves, { forcedStale, maxAgeMs: frozenAfterMs }, now);
  if (!ticks.fresh || moves.fresh) return { ...ticks, moveAgeMs: moves.ageMs };
  const reason = moves.reason === "tick_too_old" ? "price_frozen" : moves.reason;
  return { ...ticks, fresh: false, reason, moveAgeMs: moves.ageMs };
}
