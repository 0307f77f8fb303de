import type { OptionRight } from "../proposal-draft.ts";
import type { ReadTrade } from "./read-trade.ts";

/** Who crossed the spread; `unknown` when no sound quote stands beside the trade. */
export type Aggressor = "buyer" | "seller" | "nobody" | "unknown";

export type Sentiment = "BULLISH" | "BEARISH" | "NEUTRAL";

/** At or above the ask somebody bought, at or below the bid somebody sold. */
export function aggressorOf({ price, bid, ask }: ReadTrade): Aggressor {
  // A locked or crossed quote says both, so it says nothing.
  if (bid === null || ask === null || bid >= ask) return "unknown";
  if (price >= ask) return "buyer";
  return price <= bid ? "seller" : "nobody";
}

/** Bought calls and sold puts want the price up; sold calls and bought puts want it down. */
export function sentimentOf(right: OptionRight, aggressor: Aggressor): Sentiment {
  if (aggressor !== "buyer" && aggressor !== "seller") return "NEUTRAL";
  return (right === "CALL") === (aggressor === "buyer") ? "BULLISH" : "BEARISH";
}
