import type { Quote } from "./quotes.ts";

export type OrderTerms = Readonly<{
  side: "BUY" | "SELL";
  type: "market" | "limit";
  limitPrice: bigint | null;
  timeInForce: "gtc" | "ioc";
}>;

/**
 * - fill: in full at this price: the other side of the quote, never better than the limit says.
 * - rest: waits for a quote that reaches its limit.
 * - reject: never fills.
 */
export type Match =
  | Readonly<{ act: "fill"; price: bigint }>
  | Readonly<{ act: "rest" }>
  | Readonly<{
      act: "reject";
      reason: "marketdata_stale" | "quote_side_missing" | "not_marketable";
    }>;

/**
 * What a paper order meets. Without a fresh quote nothing fills, and nothing new is taken either:
 * a price from the past is no price. Size and impact are not simulated.
 */
export function matchOrder(terms: OrderTerms, quote: Quote | null): Match {
  if (quote === null) return { act: "reject", reason: "marketdata_stale" };
  const touch = terms.side === "BUY" ? quote.ask : quote.bid;
  if (touch === null) return { act: "reject", reason: "quote_side_missing" };
  const { limitPrice } = terms;
  if (limitPrice === null) return { act: "fill", price: touch };
  const reaches = terms.side === "BUY" ? touch <= limitPrice : touch >= limitPrice;
  if (reaches) return { act: "fill", price: touch };
  return terms.timeInForce === "ioc"
    ? { act: "reject", reason: "not_marketable" }
    : { act: "rest" };
}
