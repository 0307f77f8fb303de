import type { Json, Result } from "#base";
import type { Details, Indicators } from "../decision.ts";
import type { GammaFault, GammaReport } from "./measure-gamma.ts";
import type { PortfolioRegime } from "./regime.ts";

/** A decision names this many strikes of a chain; the report has them all. */
const strikesShown = 10;

export type MeasuredChain = Readonly<{ symbol: string; report: Result<GammaReport, GammaFault> }>;

type Found = Readonly<{ indicators: Indicators; details: Details }>;

/** The hedged chain's numbers, the portfolio's, and a table for each chain. */
export function gammaIndicators(
  symbol: string,
  chains: readonly MeasuredChain[],
  portfolio: PortfolioRegime,
): Found {
  const own = chains.find((chain) => chain.symbol === symbol);
  const tables: Record<string, Json> = {};
  for (const chain of chains) tables[chain.symbol] = tableOf(chain);
  return {
    indicators: {
      ...(own?.report.ok === true ? ownIndicators(own.report.value) : noIndicators(own)),
      portfolio_net_per_dollar: portfolio.net_per_dollar,
      portfolio_regime: portfolio.regime,
      portfolio_regime_reason: portfolio.regime_reason,
    },
    details: { chains: tables },
  };
}

function ownIndicators(report: GammaReport): Indicators {
  const { zero_gamma, masked } = report;
  return {
    spot: report.spot,
    chain_as_of_ms: report.as_of_ms,
    net_per_dollar: report.net_per_dollar,
    net_per_dollar_reason: null,
    net_per_percent: report.net_per_percent,
    call_per_dollar: report.call_per_dollar,
    put_per_dollar: report.put_per_dollar,
    regime: report.regime,
    zero_gamma_by_strike: zero_gamma.by_strike,
    zero_gamma_by_cumulative_strike: zero_gamma.by_cumulative_strike,
    zero_gamma_repriced: zero_gamma.repriced.level,
    zero_gamma_repriced_reason: zero_gamma.repriced.level_reason,
    contracts: report.rows,
    contracts_used: report.used,
    contracts_computed: report.computed,
    contracts_without_open_interest: report.without_open_interest,
    contracts_masked: Object.values(masked).reduce((sum, rows) => sum + rows, 0),
  };
}

function noIndicators(own: MeasuredChain | undefined): Indicators {
  const reason = own?.report.ok === false ? own.report.fault.reason.code : "chain_missing";
  return { net_per_dollar: null, net_per_dollar_reason: reason };
}

function tableOf({ report }: MeasuredChain): Json {
  if (!report.ok) return { net_per_dollar: null, net_per_dollar_reason: report.fault.reason.code };
  const { by_strike, masked, ...rest } = report.value;
  const largest = [...by_strike]
    .sort((a, b) => Math.abs(b.net_per_dollar) - Math.abs(a.net_per_dollar) || a.strike - b.strike)
    .slice(0, strikesShown);
  return { ...rest, masked: { ...masked }, strikes: by_strike.length, largest };
}
