import type { OptionRight } from "../proposal-draft.ts";

/**
 * One trade of an option with the quote that stood when it happened. Numbers are decimal text as
 * the source wrote them, so that a malformed one is seen here and listed; what the source does not
 * say is null.
 */
export type OptionTrade = Readonly<{
  /** Who reported it; ids are unique within a source. */
  source: string;
  /** The source's own id; null = it gives none, so a repeat cannot be told. */
  trade_id: string | null;
  ts_ms: number;
  underlying: string;
  contract_symbol: string;
  right: OptionRight;
  strike: string;
  /** `YYYY-MM-DD`. */
  expiration: string;
  /** Per share. */
  price: string;
  /** Contracts, a whole number. */
  size: string;
  bid: string | null;
  ask: string | null;
  /** Price of the underlying at the time. */
  spot: string | null;
  open_interest: string | null;
  /** Contracts traded so far on the day, this trade included. */
  volume: string | null;
  /** Where it traded; null = the source does not say. */
  venue: string | null;
}>;

export type WhaleView = Readonly<{
  now_ms: number;
  trades: readonly OptionTrade[];
}>;

/** When this strategy last asked for something. */
export type WhaleMemory = Readonly<{
  last_proposal_ms: number | null;
  last_side: "BUY" | "SELL" | null;
}>;

export const emptyWhaleMemory: WhaleMemory = { last_proposal_ms: null, last_side: null };
