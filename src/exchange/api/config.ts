import type { InstrumentSpec } from "./instrument-spec.ts";

/** Where an order of ours stands in the queue of its price, among outside liquidity. */
export type QueueModel =
  /** Before all outside size: the first print at the price fills it. */
  | "front"
  /** Behind all outside size shown when it came; only trades bring it forward. Risk averse. */
  | "back"
  /** As back, but size that vanishes without a trade is taken before and behind it alike. */
  | "proportional";

export type ExchangeConfig = Readonly<{
  instruments: readonly InstrumentSpec[];
  /** Currencies beyond those that the instruments name. */
  currencies?: readonly string[];
  /** Default `back`. */
  queueModel?: QueueModel;
  /**
   * May an ended order's client id be used again? `never` (the default) refuses a repeated write
   * whatever became of the first one; `after_end` refuses it only while the first is open.
   */
  clientIdReuse?: "never" | "after_end";
  /** A taker meets at most so many makers; what is left is cancelled. OKX: 1000. */
  maxMakersPerTaker?: number;
  /** Open orders of one account, in all and for one instrument. OKX: 4000 and 500. */
  maxOpenOrders?: number;
  maxOpenOrdersPerInstrument?: number;
  /** Rows of history kept before the oldest give way (rounded up to a power of two). */
  history?: Readonly<{ orders?: number; fills?: number; bills?: number; trades?: number }>;
  /** Takes all rows of history at once, so that nothing grows later. */
  preallocate?: boolean;
}>;
