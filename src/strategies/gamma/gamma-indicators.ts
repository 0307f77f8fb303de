import type { Json, Result } from "#base";
import type { Indicators } from "../decision.ts";
import type { GammaFault, GammaReport } from "./measure-gamma.ts";
import type { PortfolioRegime } from "./regime.ts";

/** A proposal names this many strikes; the whole table is in the report. */
const strikesShown = 10;

export type MeasuredChain = Readonly<{ symbol: string; report: Result<GammaReport, GammaFault> }>;

/** What was measured, as it is recorded beside a verdict. */
export function gammaIndicators(
  chains: readonly MeasuredChain[],
  portfolio: PortfolioRegime,
): Indicators {
  const byChain: Record<string, Json> = {};
  for (const { symbol, report } of chains) {
    byChain[symbol] = report.ok
      ? chainIndicators(report.value)
      : { net_per_dollar: null, net_per_dollar_reason: report.fault.reason.code };
  }
  return { chains: byChain, portfolio };
}

function chainIndicators(report: GammaReport): Json {
  const { by_strike, zero_gamma, masked, ...rest } = report;
  const largest = [...by_strike]
    .sort((a, b) => Math.abs(b.net_per_dollar) - Math.abs(a.net_per_dollar) || a.strike - b.strike)
    .slice(0, strikesShown);
  return { ...rest, masked: { ...masked }, zero_gamma, strikes: by_strike.length, largest };
}
