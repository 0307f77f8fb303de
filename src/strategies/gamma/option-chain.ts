import type { OptionRight } from "../proposal-draft.ts";

/**
 * One contract as a source gives it. What the source does not say is null and never 0; prices are
 * in the quote currency per share, volatility is a fraction per year (0.18 = 18 %).
 */
export type OptionContract = Readonly<{
  contract_symbol: string;
  right: OptionRight;
  strike: number;
  /** `YYYY-MM-DD`, a date in New York. */
  expiration: string;
  /** Where the source knows the instant; null = the close of the last session by that date. */
  expires_at_ms: number | null;
  open_interest: number | null;
  implied_volatility: number | null;
  /** Per share: 0 to 1 for calls, -1 to 0 for puts. */
  delta: number | null;
  /** Change of delta per share and 1 of price. */
  gamma: number | null;
  bid: number | null;
  ask: number | null;
}>;

export type OptionChain = Readonly<{
  underlying: string;
  spot: number | null;
  as_of_ms: number;
  contracts: readonly OptionContract[];
}>;
