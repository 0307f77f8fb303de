import type { Permit } from "#safety";
import type {
  AccountConfig,
  Balance,
  Book,
  Candle,
  FeeRates,
  Funding,
  LeverageChange,
  LeverageRow,
  Maintenance,
  MarginMode,
  Position,
  PositionSide,
  Priced,
  Ticker,
  VenueInstrument,
} from "./port-facts.ts";

export type {
  AccountConfig,
  Balance,
  Book,
  Candle,
  FeeRates,
  Funding,
  Level,
  LeverageChange,
  LeverageRow,
  Maintenance,
  MarginMode,
  Position,
  PositionSide,
  Priced,
  Ticker,
  VenueInstrument,
} from "./port-facts.ts";

/**
 * The port through which everything here speaks to an exchange. Three adapters implement it
 * (direct, okx-sdk, ccxt); one contract suite holds them to it. Numbers are decimal text as the
 * venue spells them, times are milliseconds of the venue's clock, ids are the venue's.
 *
 * Reads and cancels are free. Whatever may add to a position needs a Permit, spent by the adapter.
 */
export interface Venue {
  readonly library: VenueLibrary;

  serverTime(): Promise<Answer<number>>;
  /** Maintenance that is running now. OKX takes this question once in five seconds. */
  systemStatus(): Promise<Answer<readonly Maintenance[]>>;
  instrument(instId: string): Promise<Answer<VenueInstrument>>;
  ticker(instId: string): Promise<Answer<Ticker>>;
  book(instId: string, depth: number): Promise<Answer<Book>>;
  candles(instId: string, bar: string, limit: number): Promise<Answer<readonly Candle[]>>;
  markPrice(instId: string): Promise<Answer<Priced>>;
  /** Of the index behind an instrument, by the id of the instrument. */
  indexPrice(instId: string): Promise<Answer<Priced>>;
  fundingRate(instId: string): Promise<Answer<Funding>>;

  accountConfig(): Promise<Answer<AccountConfig>>;
  balance(currency: string): Promise<Answer<Balance>>;
  positions(instId: string): Promise<Answer<readonly Position[]>>;
  leverage(instId: string, marginMode: MarginMode): Promise<Answer<readonly LeverageRow[]>>;
  feeRates(instId: string): Promise<Answer<FeeRates>>;

  /** At most 100, the newest; after cancelling these, ask again. */
  openOrders(instId: string): Promise<Answer<readonly OrderRow[]>>;
  /** As openOrders. The venue tells of one kind at a time: all of `algoKinds` must be asked for. */
  openAlgoOrders(instId: string, kind: AlgoKind): Promise<Answer<readonly AlgoRow[]>>;
  /** The order, or a failure `order_not_found`. */
  order(instId: string, by: OrderKey): Promise<Answer<OrderRow>>;
  ordersHistoryPage(query: PageQuery): Promise<Answer<Page<OrderRow>>>;
  fillsPage(query: PageQuery): Promise<Answer<Page<FillRow>>>;
  billsPage(query: PageQuery): Promise<Answer<Page<BillRow>>>;

  place(permit: Permit, order: NewOrder): Promise<Answer<OrderAck>>;
  amend(permit: Permit, change: OrderChange): Promise<Answer<OrderAck>>;
  cancel(instId: string, by: OrderKey): Promise<Answer<OrderAck>>;
  cancelAlgo(instId: string, algoId: string): Promise<Answer<OrderAck>>;
  /**
   * The dead man's timer of the venue; 0 switches it off. It cancels every order of the account,
   * through okx_sdk those that were placed through it.
   */
  cancelAllAfter(timeoutSeconds: number): Promise<Answer<CancelTimer>>;
  setLeverage(change: LeverageChange): Promise<Answer<readonly LeverageRow[]>>;

  /** Calls back with each message until `signal` aborts; ends with the reason it ended. */
  stream(
    channels: readonly StreamChannel[],
    onMessage: (message: StreamMessage) => void,
    signal: AbortSignal,
  ): Promise<StreamEnd>;

  close(): Promise<void>;
}

export type VenueLibrary = "direct" | "okx_sdk" | "ccxt";

/** What came back, and always the call itself: that is the evidence. */
export type Answer<T> =
  | Readonly<{ ok: true; value: T; call: CallRecord }>
  | Readonly<{ ok: false; failure: VenueFailure; call: CallRecord }>;

export type VenueFailure = Readonly<{
  /**
   * - refused: the venue answered no; nothing changed.
   * - unknown: no answer that can be relied on (timeout, reset, 5xx): query before anything else.
   * - not_sent: stopped on our side, nothing left this process.
   */
  kind: "refused" | "unknown" | "not_sent";
  /** Stable lower_snake code of ours. */
  code: string;
  message: string;
}>;

/** One request and its raw answer, without keys and signatures. */
export type CallRecord = Readonly<{
  method: "GET" | "POST" | "WS";
  endpoint: string;
  params: Readonly<Record<string, unknown>>;
  sentMs: number;
  latencyMs: number | null;
  httpStatus: number | null;
  code: string | null;
  msg: string | null;
  sCode: string | null;
  sMsg: string | null;
  errorType:
    | "timeout"
    | "connection_error"
    | "request_exception"
    | "http_error"
    | "api_error"
    | null;
  /** The raw answer, redacted; null when none came. */
  raw: unknown;
}>;

export type Side = "buy" | "sell";
export type OrderType = "market" | "limit" | "post_only" | "fok" | "ioc";
export type StpMode = "cancel_maker" | "cancel_taker" | "cancel_both";
export type OrderState = "live" | "partially_filled" | "filled" | "canceled" | "mmp_canceled";
export type OrderKey = Readonly<{ ordId: string } | { clOrdId: string }>;

export type NewOrder = Readonly<{
  instId: string;
  tdMode: MarginMode | "cash";
  side: Side;
  posSide: PositionSide;
  ordType: OrderType;
  /** Contracts for derivatives, base currency for spot. */
  sz: string;
  /** Null for market orders. */
  px: string | null;
  clOrdId: string;
  reduceOnly: boolean;
  stpMode: StpMode | null;
  tag: string | null;
  /** The venue discards the request after this time of its clock; null: no bound. */
  expTimeMs: number | null;
}>;

export type OrderChange = Readonly<{
  instId: string;
  by: OrderKey;
  newSz: string | null;
  newPx: string | null;
  expTimeMs: number | null;
}>;

export type OrderAck = Readonly<{ ordId: string; clOrdId: string }>;
export type CancelTimer = Readonly<{ triggerMs: number | null }>;

export type OrderRow = Readonly<{
  instId: string;
  ordId: string;
  clOrdId: string | null;
  tdMode: string;
  side: Side;
  posSide: PositionSide;
  ordType: string;
  sz: string;
  px: string | null;
  /** Size of the latest fill; 0 before the first. */
  fillSz: string;
  accFillSz: string;
  avgPx: string | null;
  state: OrderState;
  fee: string;
  feeCcy: string;
  reduceOnly: boolean;
  stpMode: string | null;
  /** Why it was cancelled, in the venue's code; null otherwise. */
  cancelSource: string | null;
  createdMs: number;
  updatedMs: number;
}>;

export type FillRow = Readonly<{
  instId: string;
  ordId: string;
  clOrdId: string | null;
  tradeId: string;
  billId: string;
  side: Side;
  posSide: PositionSide;
  fillPx: string;
  fillSz: string;
  fee: string;
  feeCcy: string;
  execType: "maker" | "taker";
  filledMs: number;
}>;

export type BillRow = Readonly<{
  billId: string;
  ordId: string | null;
  tradeId: string | null;
  clOrdId: string | null;
  instId: string | null;
  type: string;
  subType: string;
  ccy: string;
  balChg: string;
  bal: string;
  fee: string;
  pnl: string;
  billedMs: number;
}>;

/** The kinds of algo orders that the venue lists apart from each other. */
export const algoKinds = ["conditional,oco", "trigger", "move_order_stop"] as const;
export type AlgoKind = (typeof algoKinds)[number];

export type AlgoRow = Readonly<{ instId: string; algoId: string; ordType: string; state: string }>;

/** Newest first, as the venue gives them. `after` is the cursor: rows older than that id. */
export type PageQuery = Readonly<{
  instId: string;
  beginMs: number;
  endMs: number;
  after: string | null;
  limit: number;
}>;

export type Page<Row> = Readonly<{
  rows: readonly Row[];
  /** Cursor of the next, older page; null when this page was not full. */
  next: string | null;
}>;

export type StreamChannel = Readonly<{
  channel:
    | "tickers"
    | "books"
    | "trades"
    | "mark-price"
    | "funding-rate"
    | "candle1m"
    | "orders"
    | "account"
    | "positions";
  instId: string;
}>;

export type StreamMessage = Readonly<{ channel: string; instId: string | null; raw: unknown }>;
export type StreamEnd = Readonly<{
  code: "aborted" | "connection_lost" | "login_failed" | "subscription_refused";
  message: string;
}>;
