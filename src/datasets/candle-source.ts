import type { Fault, Result } from "#base";

/** One candle as the venue said it: decimal text, so that nothing is lost on the way. */
export type Candle = Readonly<{
  ts_ms: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
}>;

export type FundingRate = Readonly<{ ts_ms: number; rate: string }>;

/** A half-open span of market time; a page may hold only a part of it, in any order. */
export type PageRequest = Readonly<{ from_ms: number; to_ms: number; limit: number }>;

/** `retry`: whether the same question may be answered later. */
export type SourceFault = Fault & Readonly<{ retry: boolean }>;

/**
 * Where public candles come from. An implementation asks once and reports once: paging, retries,
 * resuming and checks belong to fetchDataset, so every source behaves alike.
 */
export type CandleSource = Readonly<{
  exchange: string;
  /** The venue's own name of the market. */
  market_id: string;
  kind: "swap" | "spot";
  /** The client library and its version, for provenance. */
  client: string;
  /** Rows one page is asked for. */
  candle_page: number;
  funding_page: number;
  candles: (page: PageRequest) => Promise<Result<readonly Candle[], SourceFault>>;
  funding: (page: PageRequest) => Promise<Result<readonly FundingRate[], SourceFault>>;
  close: () => Promise<void>;
}>;
