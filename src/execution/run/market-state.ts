import type { Clock } from "#base";
import {
  bootGate,
  type Freshness,
  type Gate,
  type HaltReading,
  judgeFreshness,
  noTicks,
  observeTick,
  stepGate,
  type TickWatch,
} from "#safety";
import type { Ticker } from "#venues";

/** Whether orders may leave at all: freshness of the market and the gate, by the venue's time. */
export type MarketState = Readonly<{
  /** Takes in a ticker that was just read. */
  observe: (ticker: Ticker) => void;
  /** Takes in a reading of the switch. */
  observeHalt: (reading: HaltReading) => void;
  freshness: () => Freshness;
  gate: () => Gate;
  reference: () => Readonly<{ px: string; atMs: number }> | null;
}>;

export function createMarketState(clock: Clock, maxAgeMs: number): MarketState {
  let watch: TickWatch = noTicks;
  let gate = bootGate(clock.nowMillis());
  let reference: Readonly<{ px: string; atMs: number }> | null = null;

  function moment(): Readonly<{ wallMs: number; monoMs: number }> {
    // The venue may run ahead of the machine, or stand still: its own time is both clocks here.
    const nowMs = clock.nowMillis();
    return { wallMs: nowMs, monoMs: nowMs };
  }

  function freshness(): Freshness {
    return judgeFreshness(watch, { maxAgeMs, forcedStale: false }, moment());
  }

  function judge(): void {
    const atMs = clock.nowMillis();
    const { fresh, reason } = freshness();
    const event = fresh
      ? ({ type: "data_fresh", atMs } as const)
      : ({ type: "data_stale", atMs, reason } as const);
    gate = stepGate(gate, event).gate;
  }

  return {
    observe(ticker): void {
      watch = observeTick(watch, ticker.tsMs, moment());
      reference = { px: ticker.last, atMs: clock.nowMillis() };
      judge();
    },
    observeHalt({ verdict, latch }): void {
      const atMs = clock.nowMillis();
      const halted = !verdict.allowed || latch.state === "latched";
      const event = halted
        ? ({ type: "switch_halted", atMs, reason: verdict.reason } as const)
        : ({ type: "switch_allowed", atMs } as const);
      gate = stepGate(gate, event).gate;
    },
    freshness,
    gate(): Gate {
      judge();
      return gate;
    },
    reference: () => reference,
  };
}
