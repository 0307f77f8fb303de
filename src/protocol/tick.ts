import { z } from "zod";
import { type Codec, createCodec } from "./codec.ts";
import { count, epochMs, name, notNegative, positive, symbol } from "./shapes.ts";

export const tickSchema = "assay.tick/1";

/** One quote or trade as its exchange told it. Prices and sizes are decimal text. */
export type Tick = Readonly<{
  schema: typeof tickSchema;
  symbol: string;
  kind: "quote" | "trade";
  /** Of a quote; one side may be empty. Null in a trade. */
  bid: string | null;
  ask: string | null;
  bid_size: string | null;
  ask_size: string | null;
  /** Of a trade. Null in a quote. */
  price: string | null;
  size: string | null;
  /** When the exchange says it happened: the only time that freshness counts from. */
  exchange_ts_ms: number;
  received_ts_ms: number;
  /** `alpaca`, `okx`, `replay`, `simulator`. */
  source: string;
  /** The source's own number of the tick; null where it numbers none. */
  sequence: number | null;
}>;

const fields = z.object({
  schema: z.literal(tickSchema),
  symbol,
  kind: z.enum(["quote", "trade"]),
  bid: positive.nullable(),
  ask: positive.nullable(),
  bid_size: notNegative.nullable(),
  ask_size: notNegative.nullable(),
  price: positive.nullable(),
  size: notNegative.nullable(),
  exchange_ts_ms: epochMs,
  received_ts_ms: epochMs,
  source: name,
  sequence: count.nullable(),
});

export const tickCodec: Codec<Tick> = createCodec(
  tickSchema,
  fields
    .refine((tick) => tick.kind === "trade" || isQuote(tick), "a quote has a bid or an ask alone")
    .refine((tick) => tick.kind === "quote" || isTrade(tick), "a trade has price and size alone"),
);

function isQuote(tick: Tick): boolean {
  const sided = (tick.bid === null) === (tick.bid_size === null);
  const otherSided = (tick.ask === null) === (tick.ask_size === null);
  const some = tick.bid !== null || tick.ask !== null;
  return some && sided && otherSided && tick.price === null && tick.size === null;
}

function isTrade(tick: Tick): boolean {
  const quoted = [tick.bid, tick.ask, tick.bid_size, tick.ask_size].some((side) => side !== null);
  return !quoted && tick.price !== null && tick.size !== null;
}
