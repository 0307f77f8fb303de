import { err, type Result } from "#base";
import { createCalendar } from "#market";
import { fixedText } from "../amount-text.ts";
import {
  type Decision,
  type Details,
  hold,
  type Indicators,
  propose,
  refuse,
} from "../decision.ts";
import { tooSoon } from "../pacing.ts";
import { tradingHours } from "../trading-hours.ts";
import type { GammaConfig } from "./gamma-config.ts";
import { gammaIndicators, type MeasuredChain } from "./gamma-indicators.ts";
import type { GammaMemory, GammaView, HedgeBook } from "./gamma-view.ts";
import { flattenDrafts, hedgeDraft } from "./hedge-drafts.ts";
import {
  type GammaFault,
  type GammaReport,
  measureGamma,
  sharesPerContract,
} from "./measure-gamma.ts";
import { netDeltaShares } from "./net-delta.ts";
import type { OptionChain } from "./option-chain.ts";
import { type PortfolioRegime, portfolioRegime, type Regime } from "./regime.ts";

/** A change of formulas or of the order of questions is a new version. */
export const gammaVersion = "gamma-1";

const calendar = createCalendar("nyse");

/**
 * Delta hedging paced by dealer gamma: measures the chains, and when what is held leans further
 * than the regime allows, asks for the shares that bring it back. Outside the session it only
 * measures; in its last minutes it asks to close everything, whatever the chains say.
 */
export function decideGamma(
  view: GammaView,
  config: GammaConfig,
  memory: GammaMemory,
): Decision<GammaMemory> {
  const chains = symbolsOf(config).map((symbol) => measured(symbol, view, config));
  const portfolio = portfolioRegime(
    config.portfolio.map(({ symbol, weight_percent }) => {
      const report = reportOf(chains, symbol);
      return { symbol, weight_percent, net_per_dollar: report?.net_per_dollar ?? null };
    }),
  );
  const { indicators, details } = gammaIndicators(config.symbol, chains, portfolio);
  const scene: Scene = { view, config, memory, chains, portfolio, indicators, details };

  switch (tradingHours(calendar, view.now_ms, config.flatten_before_close_ms)) {
    case "unknown": {
      const reason = { code: "time_unreadable", message: `no session is known at ${view.now_ms}` };
      return refuse("input_malformed", reason, scene);
    }
    case "closed":
      return hold("market_closed", "New York is closed", scene);
    case "closing":
      return flatten(scene);
    case "open":
      return hedge(scene);
  }
}

type Scene = Readonly<{
  view: GammaView;
  config: GammaConfig;
  memory: GammaMemory;
  chains: readonly MeasuredChain[];
  portfolio: PortfolioRegime;
  indicators: Indicators;
  details: Details;
}>;

function flatten(scene: Scene): Decision<GammaMemory> {
  const { view, config, memory } = scene;
  if (view.book === null) return hold("book_unknown", "nobody said what is held", scene);
  const fault = bookFault(view.book);
  if (fault !== null)
    return refuse("input_malformed", { code: "book_invalid", message: fault }, scene);
  const spot = reportOf(scene.chains, config.symbol)?.spot ?? null;
  const why = "the session ends soon: close what is held";
  const drafts = flattenDrafts(view.book, spot, config, why);
  if (drafts.length === 0) return hold("flat_for_the_close", "nothing is held", scene);
  const wait = tooSoon(view.now_ms, memory.last_proposal_ms, config.min_hedge_interval_ms);
  if (wait !== null) return hold(wait.code, wait.message, scene);
  return propose(drafts, [{ code: "flatten_before_close", message: why }], {
    ...scene,
    memory: { last_proposal_ms: view.now_ms },
  });
}

function hedge(scene: Scene): Decision<GammaMemory> {
  const { view, config, memory, chains } = scene;
  const own = chains.find(({ symbol }) => symbol === config.symbol)?.report;
  const chain = view.chains.find(({ underlying }) => underlying === config.symbol);
  if (own === undefined || chain === undefined) {
    const message = `the view has no chain of ${config.symbol}`;
    return refuse("input_missing", { code: "chain_missing", message }, scene);
  }
  if (!own.ok) return refuse(own.fault.code, own.fault.reason, scene);
  const { book } = view;
  if (book === null) return hold("book_unknown", "nobody said what is held", scene);
  const fault = bookFault(book);
  if (fault !== null)
    return refuse("input_malformed", { code: "book_invalid", message: fault }, scene);
  const { spot } = own.value;
  const net = netDeltaShares(book, chain, { spot, asOfMs: chain.as_of_ms, config });
  if (!net.ok) return refuse("input_missing", { code: "delta_unknown", message: net.fault }, scene);

  const lean = leanOf(net.value, scene, own.value.regime);
  const found = { ...scene, indicators: { ...scene.indicators, ...lean } };
  const text =
    `net delta ${fixedText(lean.net_delta_contracts, 4)} contracts, ` +
    `threshold ${fixedText(lean.hedge_threshold, 4)}`;
  if (Math.abs(lean.net_delta_contracts) <= lean.hedge_threshold) {
    return hold("delta_within_threshold", text, found);
  }
  const wait = tooSoon(view.now_ms, memory.last_proposal_ms, config.min_hedge_interval_ms);
  if (wait !== null) return hold(wait.code, wait.message, found);
  const why = `${text} in a ${lean.hedge_regime} gamma regime`;
  return propose(
    [hedgeDraft(net.value, spot, config, why)],
    [{ code: "delta_beyond_threshold", message: why }],
    { ...found, memory: { last_proposal_ms: view.now_ms } },
  );
}

type Lean = Readonly<{
  net_delta_shares: number;
  net_delta_contracts: number;
  hedge_regime: Regime;
  hedge_regime_source: "portfolio" | "own_chain";
  hedge_threshold: number;
  confidence: number;
}>;

/** The regime of the portfolio where it is known, else that of the hedged chain alone. */
function leanOf(netShares: number, { config, portfolio }: Scene, own: Regime): Lean {
  const regime = portfolio.regime ?? own;
  const urgency = config.urgency_percent[regime];
  const contracts = netShares / sharesPerContract;
  const ratio = Math.min(Math.abs(contracts) / config.hedge_threshold, 2);
  return {
    net_delta_shares: netShares,
    net_delta_contracts: contracts,
    hedge_regime: regime,
    hedge_regime_source: portfolio.regime === null ? "own_chain" : "portfolio",
    hedge_threshold: (config.hedge_threshold * 100) / urgency,
    confidence: Math.min((ratio * urgency) / 200, 1),
  };
}

function measured(symbol: string, view: GammaView, config: GammaConfig): MeasuredChain {
  const [chain, second] = view.chains.filter(({ underlying }) => underlying === symbol);
  if (chain === undefined) {
    return { symbol, report: fault("input_missing", "chain_missing", `no chain of ${symbol}`) };
  }
  if (second !== undefined) {
    const message = `${symbol} has more than one chain`;
    return { symbol, report: fault("input_malformed", "chain_repeated", message) };
  }
  return { symbol, report: ageFault(chain, view.now_ms, config) ?? measureGamma(chain, config) };
}

function ageFault(
  { underlying, as_of_ms }: OptionChain,
  nowMs: number,
  config: GammaConfig,
): Result<GammaReport, GammaFault> | null {
  const ageMs = nowMs - as_of_ms;
  if (ageMs > config.max_chain_age_ms) {
    const message = `the chain of ${underlying} is ${ageMs} ms old`;
    return fault("input_stale", "chain_too_old", message);
  }
  if (ageMs >= -config.max_future_skew_ms) return null;
  const message = `the chain of ${underlying} is ${-ageMs} ms ahead of the clock`;
  return fault("input_stale", "chain_in_future", message);
}

function fault(
  code: GammaFault["code"],
  reason: string,
  message: string,
): Result<never, GammaFault> {
  return err({ code, reason: { code: reason, message } });
}

function symbolsOf({ symbol, portfolio }: GammaConfig): readonly string[] {
  return [...new Set([symbol, ...portfolio.map((part) => part.symbol)])];
}

function reportOf(chains: readonly MeasuredChain[], symbol: string): GammaReport | null {
  const report = chains.find((chain) => chain.symbol === symbol)?.report;
  return report?.ok === true ? report.value : null;
}

function bookFault({ shares, options }: HedgeBook): string | null {
  if (!Number.isSafeInteger(shares)) return `shares held are no whole number: ${shares}`;
  const odd = options.find(({ quantity }) => !Number.isSafeInteger(quantity));
  return odd === undefined ? null : `${odd.contract_symbol}: held ${odd.quantity} contracts`;
}
