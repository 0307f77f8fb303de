/** Dealers long gamma trade against moves, short gamma with them; exactly zero is neither. */
export type Regime = "positive" | "negative" | "neutral";

export function regimeOf(netGamma: number): Regime {
  if (netGamma > 0) return "positive";
  return netGamma < 0 ? "negative" : "neutral";
}

export type WeightedGamma = Readonly<{
  symbol: string;
  weight_percent: number;
  /** Null = this chain could not be measured. */
  net_per_dollar: number | null;
}>;

export type PortfolioRegime = Readonly<{
  net_per_dollar: number | null;
  regime: Regime | null;
  regime_reason: "chain_not_measured" | "no_portfolio" | null;
}>;

/** The weighted sum of net exposures per 1 of price; one unknown part makes the sum unknown. */
export function portfolioRegime(parts: readonly WeightedGamma[]): PortfolioRegime {
  if (parts.length === 0) {
    return { net_per_dollar: null, regime: null, regime_reason: "no_portfolio" };
  }
  let sum = 0;
  for (const { weight_percent, net_per_dollar } of parts) {
    if (net_per_dollar === null) {
      return { net_per_dollar: null, regime: null, regime_reason: "chain_not_measured" };
    }
    sum += weight_percent * net_per_dollar;
  }
  const net = sum / 100;
  return { net_per_dollar: net, regime: regimeOf(net), regime_reason: null };
}
