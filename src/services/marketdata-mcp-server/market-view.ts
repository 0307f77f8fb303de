import { isoFromMillis, type Json } from "#base";
import type { SwitchFacts } from "#mesh";
import type { HealthBody, Heartbeat, Proposal, StreamState } from "#protocol";
import type { Moment } from "#safety";
import type { FeedChange } from "./feeds/feed.ts";
import type { MarketHours } from "./market-hours.ts";
import type { StreamFreshness } from "./pipeline/judge-stream.ts";
import type { SymbolCounts, SymbolWatch } from "./pipeline/symbol-watch.ts";
import type { TickBoard } from "./pipeline/tick-board.ts";

/** One symbol as it is served; prices are decimal text, unknown is null. */
export type SymbolView = Readonly<{
  symbol: string;
  fresh: boolean;
  reason: string;
  age_seconds: number | null;
  last_tick_utc: string | null;
  bid: string | null;
  ask: string | null;
  bid_size: string | null;
  ask_size: string | null;
  quote_utc: string | null;
  last_price: string | null;
  last_size: string | null;
  trade_utc: string | null;
  source: string | null;
  sequence: number | null;
}>;

export type SnapshotView = Readonly<{
  feed: string;
  as_of_utc: string;
  stream_state: StreamState;
  market: MarketHours["market"];
  fresh: boolean;
  reason: string;
  symbols: readonly SymbolView[];
}>;

export type SymbolListing = Readonly<{ symbol: string; fresh: boolean; counts: SymbolCounts }>;

export type DeployReport = Readonly<
  | { available: true; modified_utc: string; sha256: string; report: Json }
  | { available: false; reason: string }
>;

export type Runbook = Readonly<{ name: string; title: string }>;

/** Everything that may be asked of this service; nothing here changes anything. */
export type MarketView = Readonly<{
  symbol: (name: string) => SymbolView | null;
  snapshot: (symbols: readonly string[] | null) => SnapshotView;
  listing: () => readonly SymbolListing[];
  /** Of one symbol, or of the whole stream. */
  health: (symbol: string | null) => HealthBody;
  heartbeat: () => Heartbeat;
  killSwitch: () => SwitchFacts;
  /** Newest first. */
  proposals: (strategy: string | null, limit: number) => readonly Proposal[];
  deployReport: () => Promise<DeployReport>;
  runbooks: () => Promise<readonly Runbook[]>;
  /** The text of a runbook that is listed, else null. */
  runbook: (name: string) => Promise<string | null>;
}>;

export function viewSymbol(watch: SymbolWatch, freshness: StreamFreshness): SymbolView {
  const { quote, trade } = watch;
  const newest = (trade?.exchange_ts_ms ?? -1) > (quote?.exchange_ts_ms ?? -1) ? trade : quote;
  return {
    symbol: watch.symbol,
    fresh: freshness.fresh,
    reason: freshness.reason,
    age_seconds: secondsOf(freshness.ageMs),
    last_tick_utc: utcOf(freshness.lastTickMs),
    bid: quote?.bid ?? null,
    ask: quote?.ask ?? null,
    bid_size: quote?.bid_size ?? null,
    ask_size: quote?.ask_size ?? null,
    quote_utc: utcOf(quote?.exchange_ts_ms ?? null),
    last_price: trade?.price ?? null,
    last_size: trade?.size ?? null,
    trade_utc: utcOf(trade?.exchange_ts_ms ?? null),
    source: newest?.source ?? null,
    sequence: newest?.sequence ?? null,
  };
}

export function viewSnapshot(
  board: TickBoard,
  about: Readonly<{ feed: string; change: FeedChange; hours: MarketHours }>,
  names: readonly string[] | null,
  now: Moment,
): SnapshotView {
  const freshness = board.judge(now);
  const watches = board.symbols().filter((watch) => names?.includes(watch.symbol) ?? true);
  return {
    feed: about.feed,
    as_of_utc: isoFromMillis(Math.floor(now.wallMs)),
    stream_state: streamStateOf(about.change, freshness),
    market: about.hours.market,
    fresh: freshness.fresh,
    reason: freshness.reason,
    symbols: watches.map((watch) => viewSymbol(watch, board.judgeSymbol(watch.symbol, now))),
  };
}

/** A connection without fresh ticks is stalled, whatever it says of itself. */
export function streamStateOf({ state }: FeedChange, { fresh }: StreamFreshness): StreamState {
  switch (state) {
    case "connecting":
      return "connecting";
    case "live":
      return fresh ? "live" : "stalled";
    case "backing_off":
      return "reconnecting";
    case "refused":
    case "ended":
      return "closed";
  }
}

export function secondsOf(ms: number | null): number | null {
  return ms === null ? null : Math.max(ms, 0) / 1000;
}

export function utcOf(ms: number | null): string | null {
  return ms === null ? null : isoFromMillis(ms);
}
