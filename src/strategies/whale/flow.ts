import type { OptionRight } from "../proposal-draft.ts";
import { type Aggressor, aggressorOf, type Sentiment, sentimentOf } from "./aggressor.ts";
import type { ReadTrade } from "./read-trade.ts";
import type { WhaleConfig } from "./whale-config.ts";

export type FlowType = "SWEEP" | "BLOCK" | "OTHER";

/** One act of one party: a trade, or the trades of one sweep. */
export type Flow = Readonly<{
  flow_type: FlowType;
  contract_symbol: string;
  right: OptionRight;
  first_ts_ms: number;
  last_ts_ms: number;
  trades: number;
  venues: number;
  size: number;
  premium_cents: number;
  aggressor: Aggressor;
  sentiment: Sentiment;
  /** Hundredths, 0 to 100. */
  conviction: number;
  /** Null = the trade came without a spot. */
  out_of_the_money: boolean | null;
  /** Volume over open interest beyond the configured ratio; null = one of them is unknown. */
  heavy_volume: boolean | null;
}>;

/** Trades in order of time, grouped into flows; flows in order of their first trade. */
export function flowsOf(trades: readonly ReadTrade[], config: WhaleConfig): readonly Flow[] {
  const groups: (readonly ReadTrade[])[] = [];
  const swept = new Set<number>();
  for (const group of sweepsOf(trades, config)) {
    groups.push(group);
    for (const trade of group) swept.add(trade.index);
  }
  for (const trade of trades) if (!swept.has(trade.index)) groups.push([trade]);
  return groups
    .flatMap(([first, ...rest]) =>
      first === undefined ? [] : [{ index: first.index, flow: flowOf(first, rest, swept, config) }],
    )
    .sort((a, b) => a.flow.first_ts_ms - b.flow.first_ts_ms || a.index - b.index)
    .map(({ flow }) => flow);
}

/**
 * Purchases of one contract at or above the ask that follow each other within the window on enough
 * venues. A trade whose venue nobody names can only sweep where one venue is enough.
 */
function sweepsOf(
  trades: readonly ReadTrade[],
  { sweep_window_ms, sweep_min_venues }: WhaleConfig,
): readonly (readonly ReadTrade[])[] {
  const open = new Map<string, ReadTrade[]>();
  const runs: (readonly ReadTrade[])[] = [];
  for (const trade of trades) {
    if (aggressorOf(trade) !== "buyer") continue;
    if (trade.venue === null && sweep_min_venues > 1) continue;
    const run = open.get(trade.contract_symbol);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && trade.ts_ms - last.ts_ms <= sweep_window_ms) {
      run.push(trade);
      continue;
    }
    const begun = [trade];
    open.set(trade.contract_symbol, begun);
    runs.push(begun);
  }
  return runs.filter((run) => venuesOf(run) >= sweep_min_venues);
}

function flowOf(
  first: ReadTrade,
  rest: readonly ReadTrade[],
  swept: ReadonlySet<number>,
  config: WhaleConfig,
): Flow {
  const trades = [first, ...rest];
  const last = rest.at(-1) ?? first;
  const aggressor = aggressorOf(first);
  const size = trades.reduce((sum, trade) => sum + trade.size, 0);
  const isSweep = swept.has(first.index);
  const flow_type = isSweep ? "SWEEP" : size >= config.block_min_size ? "BLOCK" : "OTHER";
  const out_of_the_money = isOutOfTheMoney(first);
  const heavy_volume = isHeavy(last, config);
  return {
    flow_type,
    contract_symbol: first.contract_symbol,
    right: first.right,
    first_ts_ms: first.ts_ms,
    last_ts_ms: last.ts_ms,
    trades: trades.length,
    venues: venuesOf(trades),
    size,
    premium_cents: trades.reduce((sum, trade) => sum + trade.premium_cents, 0),
    aggressor,
    sentiment: sentimentOf(first.right, aggressor),
    conviction: convictionOf(flow_type, out_of_the_money, heavy_volume, config),
    out_of_the_money,
    heavy_volume,
  };
}

/** What is unknown earns no bonus. */
function convictionOf(
  type: FlowType,
  outOfTheMoney: boolean | null,
  heavyVolume: boolean | null,
  config: WhaleConfig,
): number {
  const base = {
    SWEEP: config.conviction_sweep,
    BLOCK: config.conviction_block,
    OTHER: config.conviction_other,
  }[type];
  const money = outOfTheMoney === true ? config.bonus_out_of_the_money : 0;
  const volume = heavyVolume === true ? config.bonus_volume : 0;
  return Math.min(Math.max(base + money + volume, 0), 100);
}

function isOutOfTheMoney({ right, strike, spot }: ReadTrade): boolean | null {
  if (spot === null) return null;
  return right === "CALL" ? strike > spot : strike < spot;
}

/** Cross-multiplied, so that volume without any open interest counts as heavy. */
function isHeavy(
  { volume, open_interest }: ReadTrade,
  { volume_ratio_percent }: WhaleConfig,
): boolean | null {
  if (volume === null || open_interest === null) return null;
  return volume * 100 > open_interest * volume_ratio_percent;
}

/** Nameless trades are on one venue at most, for all that is known. */
function venuesOf(trades: readonly ReadTrade[]): number {
  return new Set(trades.map((trade) => trade.venue)).size;
}
