import type { Millis } from "#base";
import type {
  MarginMode,
  OrderType,
  PositionMode,
  PositionSide,
  Side,
  StpMode,
  Trail,
  TriggerLeg,
} from "./command.ts";
import type { CancelReason } from "./reject.ts";

export type OrderState = "live" | "partially_filled" | "filled" | "canceled";

/** Where an order came from. */
export type OrderOrigin = "user" | "algo" | "close_position" | "liquidation";

export type OrderView = Readonly<{
  id: number;
  account: number;
  instrument: number;
  clientId: string | null;
  tag: number;
  side: Side;
  orderType: OrderType;
  marginMode: MarginMode;
  positionSide: PositionSide;
  reduceOnly: boolean;
  stpMode: StpMode;
  origin: OrderOrigin;
  /** The algo order that sent it. */
  algoId: number | null;
  priceTicks: number | null;
  lots: number;
  /** Set for a spot market buy by amount. */
  quoteUnits: number | null;
  state: OrderState;
  filledLots: number;
  /** Sum of lots * ticks: average price in ticks = filledLotTicks / filledLots. */
  filledLotTicks: number;
  /** Signed as cash: negative was paid. In units of `feeCurrency`. */
  feeUnits: number;
  feeCurrency: string;
  pnlUnits: number;
  leverageCenti: number;
  lastFill: Readonly<{
    tradeId: number;
    priceTicks: number;
    lots: number;
    feeUnits: number;
    pnlUnits: number;
    liquidity: Liquidity;
    timeMs: Millis;
  }> | null;
  cancelReason: CancelReason | null;
  createdMs: Millis;
  updatedMs: Millis;
}>;

export type Liquidity = "maker" | "taker";

/** One account's half of a trade. */
export type FillView = Readonly<{
  /** Counts the fills of the venue; the cursor of `fills`. */
  id: number;
  tradeId: number;
  billId: number;
  orderId: number;
  clientId: string | null;
  tag: number;
  account: number;
  instrument: number;
  side: Side;
  positionSide: PositionSide;
  marginMode: MarginMode;
  liquidity: Liquidity;
  priceTicks: number;
  lots: number;
  feeUnits: number;
  feeCurrency: string;
  pnlUnits: number;
  timeMs: Millis;
}>;

export type BillType =
  | "transfer"
  | "trade"
  | "liquidation"
  | "margin_transfer"
  | "funding"
  | "insurance";

export type BillSubtype =
  | "transfer_in"
  | "transfer_out"
  | "buy"
  | "sell"
  | "open_long"
  | "open_short"
  | "close_long"
  | "close_short"
  | "partial_liquidation_long"
  | "partial_liquidation_short"
  | "liquidation_long"
  | "liquidation_short"
  | "margin_increase"
  | "margin_decrease"
  | "funding_expense"
  | "funding_income"
  | "insurance_cover";

/**
 * One change of money. A trade's bill carries its profit and fee; for an isolated position what
 * moves between account and position is in both changes, whose sum is pnlUnits + feeUnits. A spot
 * trade is two bills, one for each currency.
 */
export type BillView = Readonly<{
  id: number;
  timeMs: Millis;
  account: number;
  currency: string;
  type: BillType;
  subtype: BillSubtype;
  changeUnits: number;
  balanceUnits: number;
  positionChangeUnits: number;
  positionBalanceUnits: number;
  pnlUnits: number;
  feeUnits: number;
  instrument: number | null;
  marginMode: MarginMode | null;
  orderId: number | null;
  clientId: string | null;
  tag: number;
  tradeId: number | null;
  priceTicks: number | null;
  lots: number | null;
  liquidity: Liquidity | null;
}>;

/** One side of one instrument in one margin mode. Money in the quote currency. */
export type PositionView = Readonly<{
  id: number;
  account: number;
  instrument: number;
  marginMode: MarginMode;
  positionSide: PositionSide;
  /** Signed in net mode; positive for long, negative for short in long/short mode too. */
  lots: number;
  /** Lots that no resting order is going to close. */
  availableLots: number;
  /** Signed sum of what the open lots cost: average price = costUnits / (lots * lot value). */
  costUnits: number;
  /** Isolated alone. */
  marginUnits: number;
  leverageCenti: number;
  markTicks: number | null;
  /** At the mark, before closing costs; 0 without a mark. */
  unrealizedUnits: number;
  initialMarginUnits: number;
  maintenanceMarginUnits: number;
  /** Equity over maintenance margin and liquidation fee, in 10^-6; null without either. */
  marginRatioPpm: number | null;
  /** First mark at which it is liquidated, all else unchanged; null if none. */
  liquidationTicks: number | null;
  /** Since the position was opened; fee and funding signed as cash. */
  realizedUnits: number;
  feeUnits: number;
  fundingUnits: number;
  liquidationPenaltyUnits: number;
  tier: number;
  createdMs: Millis;
  updatedMs: Millis;
}>;

/** One currency of one account. */
export type BalanceView = Readonly<{
  account: number;
  currency: string;
  /** Cash outside isolated positions. */
  cashUnits: number;
  /** cash + isolated margin + unrealized, cross and isolated. */
  equityUnits: number;
  /** What a new cross position, a spot order or a withdrawal may still use. */
  availableEquityUnits: number;
  availableCashUnits: number;
  /** Reserved for spot orders and for orders of swaps. */
  frozenUnits: number;
  orderFrozenUnits: number;
  initialMarginUnits: number;
  maintenanceMarginUnits: number;
  unrealizedUnits: number;
  isolatedEquityUnits: number;
  isolatedUnrealizedUnits: number;
  marginRatioPpm: number | null;
  updatedMs: Millis;
}>;

export type TradeView = Readonly<{
  id: number;
  instrument: number;
  priceTicks: number;
  lots: number;
  /** Of the taker. */
  side: Side;
  timeMs: Millis;
}>;

export type AlgoState = "live" | "effective" | "canceled" | "order_failed";

export type AlgoView = Readonly<{
  id: number;
  account: number;
  instrument: number;
  clientId: string | null;
  tag: number;
  algoType: "conditional" | "oco" | "trigger" | "move_order_stop";
  side: Side;
  lots: number | null;
  marginMode: MarginMode;
  positionSide: PositionSide;
  reduceOnly: boolean;
  takeProfit: TriggerLeg | null;
  stopLoss: TriggerLeg | null;
  trigger: TriggerLeg | null;
  /** `triggerTicks`: what would fire it now; null while it waits for its price. */
  trail: (Trail & Readonly<{ triggerTicks: number | null }>) | null;
  state: AlgoState;
  /** Which leg fired, what it sent, and the refusal if it could not be sent. */
  firedLeg: "take_profit" | "stop_loss" | "trigger" | "trail" | null;
  orderId: number | null;
  failReason: string | null;
  createdMs: Millis;
  updatedMs: Millis;
  triggeredMs: Millis | null;
}>;

export type BookLevelView = Readonly<{ priceTicks: number; lots: number; orders: number }>;

/** Best first. `version` grows with every change of this book. */
export type BookView = Readonly<{
  version: number;
  bids: readonly BookLevelView[];
  asks: readonly BookLevelView[];
}>;

export type AccountView = Readonly<{
  account: number;
  positionMode: PositionMode;
  stpMode: StpMode;
  cancelAllAtMs: Millis | null;
}>;

/** Rows newest first with before/after cursors on ids, exclusive both. */
export type Page = Readonly<{
  account: number;
  instrument?: number;
  orderId?: number;
  /** Older than this id. */
  olderThan?: number;
  /** Newer than this id. */
  newerThan?: number;
  fromMs?: Millis;
  toMs?: Millis;
  limit: number;
}>;
