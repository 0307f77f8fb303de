import type { Tick } from "#protocol";
import type { SequenceRule } from "../pipeline/symbol-watch.ts";

/** How a feed stands with its upstream. `live` says connected, never that ticks are fresh. */
export type FeedState = "connecting" | "live" | "backing_off" | "refused" | "ended";

export type FeedChange = Readonly<{ state: FeedState; reason: string | null }>;

/**
 * A source of ticks. `start` works until the signal is aborted or a recording is at its end, and
 * never throws for what the upstream does: that is a change of state, and another attempt.
 */
export type Feed = Readonly<{
  /** Says what it really is: `alpaca:iex`, `okx`, `replay:NAME (shifted to now)`, `simulator:7`. */
  name: string;
  sequences: SequenceRule;
  start: (
    onTick: (tick: Tick) => void,
    onState: (change: FeedChange) => void,
    signal: AbortSignal,
  ) => Promise<void>;
}>;

/** The time of a feed: virtual in tests. `sleep` ends early, with false, when aborted. */
export type FeedTime = Readonly<{
  nowMs: () => number;
  monotonicMs: () => number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<boolean>;
}>;

/** A number in [0, 1) from a seeded stream. */
export type Chance = () => number;
