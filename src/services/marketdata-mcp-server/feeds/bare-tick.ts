import { type Tick, tickSchema } from "#protocol";

/** A tick before anyone received it. */
export type BareTick = Omit<Tick, "received_ts_ms" | "source">;

/** Decimal text, as the source wrote it. */
export type PriceLevel = Readonly<{ price: string; size: string }>;

type Head = Readonly<{ symbol: string; exchangeMs: number; sequence: number | null }>;

/** A side without orders is null. */
export function quoteTick(
  quote: Head & Readonly<{ bid: PriceLevel | null; ask: PriceLevel | null }>,
): BareTick {
  const { symbol, bid, ask, exchangeMs, sequence } = quote;
  return {
    schema: tickSchema,
    symbol,
    kind: "quote",
    bid: bid?.price ?? null,
    ask: ask?.price ?? null,
    bid_size: bid?.size ?? null,
    ask_size: ask?.size ?? null,
    price: null,
    size: null,
    exchange_ts_ms: exchangeMs,
    sequence,
  };
}

export function tradeTick({
  symbol,
  last,
  exchangeMs,
  sequence,
}: Head & Readonly<{ last: PriceLevel }>): BareTick {
  return {
    schema: tickSchema,
    symbol,
    kind: "trade",
    bid: null,
    ask: null,
    bid_size: null,
    ask_size: null,
    price: last.price,
    size: last.size,
    exchange_ts_ms: exchangeMs,
    sequence,
  };
}
