/**
 * Where the greeks come from: the source's columns alone, those and our own where they are
 * missing, or our own alone (the source's volatility is used by all but `given`).
 */
export type GreeksSource = "given" | "given_else_computed" | "computed";

export type GammaConfig = Readonly<{
  /** The underlying that is hedged. */
  symbol: string;
  /** Chains that make the regime; weights in hundredths. */
  portfolio: readonly Readonly<{ symbol: string; weight_percent: number }>[];
  greeks: GreeksSource;
  /** Continuously compounded, per year. */
  risk_free_rate: number;
  dividend_yield: number;
  /** A contract never counts as nearer to its end: gamma of the last minutes has no bound. */
  least_time_to_expiry_ms: number;
  max_chain_age_ms: number;
  max_future_skew_ms: number;
  /** The grid of spots on which net gamma is priced again, as fractions of the spot. */
  reprice_span: number;
  reprice_step: number;
  /** Net delta in contracts (shares / 100) from which a hedge is proposed, in a neutral regime. */
  hedge_threshold: number;
  /** How much more (above 100) or less (below) urgent hedging is; divides the threshold. */
  urgency_percent: Readonly<{ positive: number; neutral: number; negative: number }>;
  min_hedge_interval_ms: number;
  /** From this long before the session's close everything is closed. */
  flatten_before_close_ms: number;
  proposal_valid_ms: number;
}>;

export const defaultGammaConfig: GammaConfig = {
  symbol: "SPY",
  portfolio: [
    { symbol: "SPY", weight_percent: 70 },
    { symbol: "QQQ", weight_percent: 30 },
  ],
  greeks: "given_else_computed",
  risk_free_rate: 0,
  dividend_yield: 0,
  least_time_to_expiry_ms: 3_600_000,
  max_chain_age_ms: 900_000,
  max_future_skew_ms: 5_000,
  reprice_span: 0.2,
  reprice_step: 0.005,
  hedge_threshold: 0.15,
  urgency_percent: { positive: 50, neutral: 100, negative: 150 },
  min_hedge_interval_ms: 60_000,
  flatten_before_close_ms: 900_000,
  proposal_valid_ms: 60_000,
};
