import type { AttachedLegs, Command, MarginMode, PositionSide } from "./command.ts";
import type { ExchangeEvent } from "./event.ts";
import type { InstrumentSpec } from "./instrument-spec.ts";
import type { RejectReason } from "./reject.ts";
import type {
  AccountView,
  AlgoView,
  BalanceView,
  BillView,
  BookView,
  FillView,
  OrderView,
  Page,
  PositionView,
  TradeView,
} from "./view.ts";

/**
 * Refused commands change nothing but time. An accepted order may still have ended in the same
 * command (`order_canceled`): a post-only that would take, a FOK that cannot be filled.
 */
export type Outcome = Readonly<{
  reject: RejectReason | null;
  /** Of a placed, amended or cancelled order; of close_position; of a new account. */
  orderId: number | null;
  algoId: number | null;
  account: number | null;
  events: readonly ExchangeEvent[];
}>;

export type PositionKey = Readonly<{
  account: number;
  instrument: number;
  marginMode: MarginMode;
  positionSide: PositionSide;
}>;

/**
 * Commands as rows of `commandFields.commandWidth` float64 numbers, their kinds in `commandKinds`;
 * what happened as rows of `eventFields.eventNumbers`. Client ids are the caller's own numbers here
 * and may repeat.
 */
export type HotExchange = Readonly<{
  /** Applies the command whose row begins at `at`: 0, or a number of `rejectCodes`. */
  apply: (rows: Float64Array, at: number) => number;
  /** The order that the latest command placed, amended or cancelled; 0: none. */
  orderId: () => number;
  /** Of the latest command; both change with the next. */
  eventCount: () => number;
  events: () => Float64Array;
}>;

/** The engine with names: state depends on the history of commands alone. Views are copies. */
export type Exchange = Readonly<{
  instruments: readonly InstrumentSpec[];
  currencies: readonly string[];
  /** Time never goes back: an earlier timeMs is refused with `time_backwards`. */
  apply: (command: Command) => Outcome;
  /** The same engine by numbers, without an allocation. */
  hot: HotExchange;
  nowMs: () => number;
  /** When the next timer (cancel_all_after) is due; null if none. */
  nextTimerMs: () => number | null;

  account: (account: number) => AccountView | null;
  order: (orderId: number) => OrderView | null;
  orderByClientId: (account: number, clientId: string) => OrderView | null;
  /** Oldest first. */
  openOrders: (account: number, instrument?: number) => readonly OrderView[];
  /** Ended orders that history still holds. */
  orderHistory: (page: Page) => readonly OrderView[];
  fills: (page: Page) => readonly FillView[];
  bills: (page: Page) => readonly BillView[];
  /** One fill or bill by its id, if history still holds it. */
  fill: (id: number) => FillView | null;
  bill: (id: number) => BillView | null;
  trades: (instrument: number, limit: number) => readonly TradeView[];
  positions: (account: number) => readonly PositionView[];
  /** Every currency that was ever touched. */
  balances: (account: number) => readonly BalanceView[];
  algo: (algoId: number) => AlgoView | null;
  /** The legs that an order brought along; null: none. */
  attachedTo: (orderId: number) => AttachedLegs | null;
  algoByClientId: (account: number, clientId: string) => AlgoView | null;
  openAlgos: (account: number, instrument?: number) => readonly AlgoView[];
  algoHistory: (page: Page) => readonly AlgoView[];
  book: (instrument: number, depth: number) => BookView;
  lastTicks: (instrument: number) => number | null;
  markTicks: (instrument: number) => number | null;
  /** Lowest and highest price that an order may have; null without a band. */
  priceBand: (instrument: number) => Readonly<{ low: number; high: number }> | null;
  openInterestLots: (instrument: number) => number;
  leverageCenti: (key: PositionKey) => number;
  /** Largest order that would be accepted now, by side; null price: at market. */
  maxSize: (
    key: PositionKey,
    priceTicks: number | null,
  ) => Readonly<{ buyLots: number; sellLots: number }>;

  /**
   * Two sums by currency that are always 0: all money of all accounts, the venue's own included,
   * and what the clearing account holds plus the cost of all open positions.
   */
  conservation: () => readonly Readonly<{
    currency: string;
    units: bigint;
    clearingUnits: bigint;
  }>[];
  /** What the venue itself holds of one currency. */
  venueBalances: (currency: string) => Readonly<{
    fees: bigint;
    insurance: bigint;
    clearing: bigint;
    outside: bigint;
    issued: bigint;
  }>;
  /** A number that two engines with the same state share, for tests. */
  digest: () => string;
}>;
