import type { Sentiment } from "./aggressor.ts";
import { distinctTrades } from "./distinct-trades.ts";
import { type Flow, flowsOf } from "./flow.ts";
import type { WhaleView } from "./option-trade.ts";
import { type MalformedTrade, type ReadTrade, readTrade } from "./read-trade.ts";
import type { WhaleConfig } from "./whale-config.ts";

/**
 * `BULLISH`, `BEARISH`: one side leads in flows and in premium. `NEUTRAL`: the sides differ by so
 * few flows that a single one decides. `MIXED`: neither. `NONE`: no flow took a side.
 */
export type Dominance = "BULLISH" | "BEARISH" | "NEUTRAL" | "MIXED" | "NONE";

export type SideTotals = Readonly<{ flows: number; premium_cents: number }>;

export type FlowReport = Readonly<{
  symbol: string;
  /** Rows of the view, and what became of those that entered no flow. */
  rows: number;
  other_symbols: number;
  outside_lookback: number;
  duplicates: number;
  /** Repeats that told another story under the same id: the first stands. */
  contradicted: number;
  /** Trades without an id, which may be repeats for all one knows. */
  unidentified: number;
  malformed: readonly MalformedTrade[];
  flows: readonly Flow[];
  sides: Readonly<Record<Sentiment, SideTotals>>;
  dominance: Dominance;
  /** Hundredths over all flows; null = there is none. */
  mean_conviction: number | null;
  max_conviction: number | null;
  /** Weighted by premium. */
  weighted_conviction: number | null;
  /** The newest known price of the underlying, in ten-thousandths. */
  last_spot: number | null;
}>;

/** Classifies, scores and adds up the flows of one underlying over the lookback. */
export function measureFlows(view: WhaleView, config: WhaleConfig): FlowReport {
  const rows = view.trades.map((trade, index) => ({ trade, index }));
  const own = rows.filter(({ trade }) => trade.underlying === config.symbol);
  const { kept, ...repeats } = distinctTrades(own);
  const malformed: MalformedTrade[] = [];
  const trades: ReadTrade[] = [];
  let outside = 0;
  for (const { trade, index } of kept) {
    const read = readTrade(trade, index, { nowMs: view.now_ms, config });
    if (!read.ok) malformed.push(read.fault);
    else if (read.value.ts_ms < view.now_ms - config.lookback_ms) outside += 1;
    else trades.push(read.value);
  }
  trades.sort((a, b) => a.ts_ms - b.ts_ms || a.index - b.index);
  const flows = flowsOf(trades, config);
  const sides = {
    BULLISH: totals(flows, "BULLISH"),
    BEARISH: totals(flows, "BEARISH"),
    NEUTRAL: totals(flows, "NEUTRAL"),
  };
  return {
    symbol: config.symbol,
    rows: rows.length,
    other_symbols: rows.length - own.length,
    outside_lookback: outside,
    ...repeats,
    malformed,
    flows,
    sides,
    dominance: dominanceOf(sides, config),
    ...convictionOf(flows),
    last_spot: trades.findLast((trade) => trade.spot !== null)?.spot ?? null,
  };
}

function totals(flows: readonly Flow[], sentiment: Sentiment): SideTotals {
  const side = flows.filter((flow) => flow.sentiment === sentiment);
  return {
    flows: side.length,
    premium_cents: side.reduce((sum, flow) => sum + flow.premium_cents, 0),
  };
}

/** Evenness is asked first: a lone flow leads by infinity and yet says nothing about a market. */
function dominanceOf(
  { BULLISH: bulls, BEARISH: bears }: Readonly<Record<Sentiment, SideTotals>>,
  config: WhaleConfig,
): Dominance {
  if (bulls.flows + bears.flows === 0) return "NONE";
  if (Math.abs(bulls.flows - bears.flows) <= config.even_within_flows) return "NEUTRAL";
  if (leads(bulls, bears, config)) return "BULLISH";
  return leads(bears, bulls, config) ? "BEARISH" : "MIXED";
}

function leads(one: SideTotals, other: SideTotals, { dominance_percent }: WhaleConfig): boolean {
  const more = (mine: number, theirs: number) => mine * 100 > theirs * dominance_percent;
  return more(one.flows, other.flows) && more(one.premium_cents, other.premium_cents);
}

type Convictions = Pick<FlowReport, "mean_conviction" | "max_conviction" | "weighted_conviction">;

function convictionOf(flows: readonly Flow[]): Convictions {
  if (flows.length === 0) {
    return { mean_conviction: null, max_conviction: null, weighted_conviction: null };
  }
  let [sum, most, weighted, premium] = [0, 0, 0, 0];
  for (const { conviction, premium_cents } of flows) {
    sum += conviction;
    most = Math.max(most, conviction);
    weighted += conviction * premium_cents;
    premium += premium_cents;
  }
  return {
    mean_conviction: sum / flows.length,
    max_conviction: most,
    weighted_conviction: weighted / premium,
  };
}
