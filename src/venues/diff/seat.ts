import type { OkxKey } from "#okx";

/** What a library is given to act with: the same for all, but for the address of its relay. */
export type Seat = Readonly<{
  restUrl: string;
  streamUrl: string;
  key: OkxKey;
  /** Whether requests say that they are for the demo environment. */
  demo: boolean;
  timeoutMs: number;
  /** A header that the venue reads as the end of a request's life; null: none. */
  expTimeMs: number | null;
  market: SeatMarket;
  /** Makes names of orders unique where a venue has seen those of others. */
  suffix: string;
  /** What the preparation left behind, by name. */
  left: Readonly<Record<string, string>>;
  /** Resolves when the venue has acknowledged a subscription. */
  subscribed: () => Promise<void>;
  /** Makes something happen that the streams tell of. */
  nudge: () => Promise<void>;
}>;

/** One contract in numbers as OKX spells them. */
export type SeatMarket = Readonly<{
  instId: string;
  /** The name of the same contract in ccxt. */
  symbol: string;
  instFamily: string;
  ctVal: string;
  /** So many times the smallest size. */
  size: (times: number) => string;
  /** Far below the market: rests. */
  restPx: string;
  /** A tick above `restPx`, twice: other prices that rest. */
  otherPxs: readonly [string, string];
  /** Above the market: a buy order at it fills. */
  takePx: string;
  /** A tick above the best bid: an order at it is the first to trade, where the spread allows. */
  insidePx: string;
}>;

/** `BTC-USDT-SWAP` as `BTC/USDT:USDT`. */
export function symbolOf(instId: string): string {
  const [base = "", quote = ""] = instId.split("-");
  return `${base}/${quote}:${quote}`;
}

/** The contracts that can be compared: linear ones, settled in what they are quoted in. */
export function isComparable(instId: string): boolean {
  return /^[A-Z0-9]{1,12}-USD[TC]-SWAP$/.test(instId);
}
