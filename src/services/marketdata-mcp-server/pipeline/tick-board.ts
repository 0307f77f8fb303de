import type { Tick } from "#protocol";
import { type Moment, noTicks, observeTick, type TickWatch } from "#safety";
import { judgeStream, type StreamFreshness, type StreamLimits } from "./judge-stream.ts";
import {
  forgetSequences,
  type SequenceRule,
  type SymbolWatch,
  stepSymbol,
  type TickRefusal,
  unwatched,
} from "./symbol-watch.ts";

/** The newest of everything, for each symbol and overall; bounded by `maxSymbols`. */
export type TickBoard = Readonly<{
  /** Takes in a tick; null when it was taken, else why not. */
  observe: (tick: Tick, now: Moment) => TickRefusal | "symbol_limit" | null;
  /** After a new connection: what is numbered counts from anew. */
  reconnected: () => void;
  /** In the order of their names. */
  symbols: () => readonly SymbolWatch[];
  symbol: (name: string) => SymbolWatch | null;
  judge: (now: Moment) => StreamFreshness;
  judgeSymbol: (name: string, now: Moment) => StreamFreshness;
  /** The newest that was taken, by exchange time. */
  last: () => Tick | null;
}>;

export type BoardOptions = Readonly<{
  /** Read at each judgement: a drill may begin and end without a restart. */
  limits: () => StreamLimits;
  sequences: SequenceRule;
  maxSymbols: number;
}>;

/** The only state of the pipeline; each step is `stepSymbol`, a pure function. */
export function createTickBoard({ limits, sequences, maxSymbols }: BoardOptions): TickBoard {
  const watches = new Map<string, SymbolWatch>();
  let ticks: TickWatch = noTicks;
  let moves: TickWatch = noTicks;
  let lastTick: Tick | null = null;

  function observe(tick: Tick, now: Moment): TickRefusal | "symbol_limit" | null {
    const known = watches.get(tick.symbol);
    if (known === undefined && watches.size >= maxSymbols) return "symbol_limit";
    const before = known ?? unwatched(tick.symbol);
    const { watch, refusal, moved } = stepSymbol(before, tick, now, sequences);
    // What is no tick names no symbol either: garbage must not use up the board.
    if (known === undefined && refusal === "tick_malformed") return refusal;
    watches.set(tick.symbol, watch);
    if (refusal === null || refusal === "tick_in_future") {
      ticks = observeTick(ticks, tick.exchange_ts_ms, now);
    }
    if (refusal !== null) return refusal;
    if (moved) moves = observeTick(moves, tick.exchange_ts_ms, now);
    if (lastTick === null || tick.exchange_ts_ms >= lastTick.exchange_ts_ms) lastTick = tick;
    return null;
  }

  return {
    observe,
    reconnected(): void {
      for (const [name, watch] of watches) watches.set(name, forgetSequences(watch));
    },
    symbols: () => [...watches.values()].toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1)),
    symbol: (name) => watches.get(name) ?? null,
    judge: (now) => judgeStream({ ticks, moves }, limits(), now),
    judgeSymbol: (name, now) => judgeStream(watches.get(name) ?? unwatched(name), limits(), now),
    last: () => lastTick,
  };
}
