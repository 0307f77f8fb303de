/** What a venue says of its markets and of our account, in its own decimals. */
export type MarginMode = "cross" | "isolated";
export type PositionSide = "long" | "short" | "net";

export type VenueInstrument = Readonly<{
  instId: string;
  instType: string;
  state: string;
  tickSz: string;
  lotSz: string;
  minSz: string;
  ctVal: string | null;
  ctValCcy: string | null;
  settleCcy: string | null;
  maxLever: string | null;
}>;

export type Ticker = Readonly<{
  instId: string;
  last: string;
  bidPx: string;
  bidSz: string;
  askPx: string;
  askSz: string;
  open24h: string;
  high24h: string;
  low24h: string;
  vol24h: string;
  tsMs: number;
}>;

export type Level = Readonly<{ px: string; sz: string }>;
export type Book = Readonly<{
  instId: string;
  bids: readonly Level[];
  asks: readonly Level[];
  tsMs: number;
}>;

export type Candle = Readonly<{
  tsMs: number;
  open: string;
  high: string;
  low: string;
  close: string;
  /** Contracts for derivatives, base currency for spot. */
  volume: string;
  closed: boolean;
}>;

export type Priced = Readonly<{ instId: string; px: string; tsMs: number }>;
/** An announced or running maintenance; `service` is the venue's number of what it touches. */
export type Maintenance = Readonly<{
  state: string;
  service: string;
  /** The venue's number of the environment, where it tells one. */
  env: string | null;
  title: string;
  beginMs: number | null;
  endMs: number | null;
}>;
export type Funding = Readonly<{ instId: string; rate: string; fundingMs: number }>;
export type FeeRates = Readonly<{ maker: string; taker: string }>;

export type AccountConfig = Readonly<{
  uid: string;
  /** net_mode or long_short_mode. */
  posMode: string;
  acctLv: string;
  acctStpMode: string;
  permissions: readonly string[];
  /** Whether the account is proven to be a demo account; null: could not be proven. */
  demo: boolean | null;
}>;

export type Balance = Readonly<{
  ccy: string;
  /** Equity of the currency, unrealised profit included. */
  eq: string;
  cashBal: string;
  availEq: string;
  totalEqUsd: string;
}>;

export type Position = Readonly<{
  instId: string;
  posSide: PositionSide;
  marginMode: MarginMode;
  /** Signed in net mode. Contracts. */
  pos: string;
  avgPx: string;
  markPx: string;
  upl: string;
  lever: string;
  liqPx: string | null;
  posId: string;
}>;

export type LeverageRow = Readonly<{
  instId: string;
  marginMode: MarginMode;
  posSide: PositionSide;
  lever: string;
}>;

export type LeverageChange = Readonly<{
  instId: string;
  marginMode: MarginMode;
  lever: string;
  posSide: PositionSide;
}>;
