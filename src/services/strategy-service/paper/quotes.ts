import type { Tick } from "#protocol";
import { parseAmount } from "./amounts.ts";

/** The newest quote of a symbol, as far as its sides were told. */
export type Quote = Readonly<{
  bid: bigint | null;
  ask: bigint | null;
  exchangeTsMs: number;
  source: string;
}>;

/**
 * The newest quotes, by exchange time: an old tick that comes late changes nothing, and one of the
 * future is not taken, since no sound one would be newer for as long.
 */
export type Quotes = Readonly<{
  take: (tick: Tick, nowMs: number) => void;
  /** Null when there is none, or none that is fresh enough. */
  fresh: (symbol: string, nowMs: number) => Quote | null;
}>;

/** A tick of another time zone or a broken clock is no quote. */
const maxFutureMs = 5000;
const maxSymbols = 10_000;

export function createQuotes(maxAgeMs: number): Quotes {
  const newest = new Map<string, Quote>();
  return {
    take(tick, nowMs) {
      if (tick.kind !== "quote" || isOfFuture(tick.exchange_ts_ms, nowMs)) return;
      const known = newest.get(tick.symbol);
      if (known !== undefined && known.exchangeTsMs > tick.exchange_ts_ms) return;
      if (known === undefined && newest.size >= maxSymbols) return;
      newest.set(tick.symbol, {
        bid: sideOf(tick.bid),
        ask: sideOf(tick.ask),
        exchangeTsMs: tick.exchange_ts_ms,
        source: tick.source,
      });
    },
    fresh(symbol, nowMs) {
      const quote = newest.get(symbol);
      if (quote === undefined) return null;
      const ageMs = nowMs - quote.exchangeTsMs;
      return ageMs <= maxAgeMs && !isOfFuture(quote.exchangeTsMs, nowMs) ? quote : null;
    },
  };
}

/** Of a clock that nobody can go by. */
export function isOfFuture(exchangeTsMs: number, nowMs: number): boolean {
  return exchangeTsMs > nowMs + maxFutureMs;
}

function sideOf(text: string | null): bigint | null {
  if (text === null) return null;
  const price = parseAmount(text);
  return price.ok ? price.value : null;
}
