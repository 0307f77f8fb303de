import type { Millis } from "#base";

export type Side = "buy" | "sell";
export type PositionMode = "net" | "long_short";
export type PositionSide = "net" | "long" | "short";
/** `cash` for spot, the other two for swaps. Each order says its own, as OKX's tdMode does. */
export type MarginMode = "cash" | "cross" | "isolated";
export type OrderType = "limit" | "market" | "post_only" | "fok" | "ioc";
/** When a taker meets an order of its own account, the taker's mode decides. */
export type StpMode = "cancel_maker" | "cancel_taker" | "cancel_both";
/** The index of a swap is its mark here, that of a spot pair the last price. */
export type TriggerSource = "last" | "mark" | "index";

/** `account` and `instrument` are indexes: of `open_account` in order, of config.instruments. */
type At = Readonly<{ timeMs: Millis }>;
type By = At & Readonly<{ account: number }>;
type On = By & Readonly<{ instrument: number }>;

export type OpenAccount = At &
  Readonly<{ type: "open_account"; positionMode?: PositionMode; stpMode?: StpMode }>;

/** Money from or to outside the venue; `units` negative takes out. */
export type Transfer = By & Readonly<{ type: "transfer"; currency: string; units: number }>;

/** One leg: when the source reaches `triggerTicks`, an order goes out; null price = at market. */
export type TriggerLeg = Readonly<{
  triggerTicks: number;
  source: TriggerSource;
  orderTicks: number | null;
}>;

/**
 * Legs that an order of a swap brings along: when it has ended, what was filled of it is guarded by
 * a conditional (one leg) or OCO (two) algo order of the other side that only reduces.
 */
export type AttachedLegs = Readonly<{
  takeProfit?: TriggerLeg;
  stopLoss?: TriggerLeg;
  clientId?: string;
}>;

export type PlaceOrder = On &
  Readonly<{
    type: "place";
    side: Side;
    orderType: OrderType;
    /** Null for market orders alone. */
    priceTicks: number | null;
    /** For a spot market buy by amount of quote currency: null, and `quoteUnits` is given. */
    lots: number | null;
    quoteUnits?: number;
    marginMode: MarginMode;
    positionSide: PositionSide;
    reduceOnly?: boolean;
    /** Absent: the account's. */
    stpMode?: StpMode;
    clientId?: string;
    /** Any whole number of the caller; comes back with the order, its fills and bills. */
    tag?: number;
    attached?: AttachedLegs;
  }>;

/** At least one of the two is given. `lots` is the whole new size, what is filled included. */
export type AmendOrder = By &
  Readonly<{
    type: "amend";
    orderId: number;
    priceTicks?: number;
    lots?: number;
    cancelOnFail?: boolean;
  }>;

export type CancelOrder = By & Readonly<{ type: "cancel"; orderId: number }>;

/** Every open order of the account, algo orders too, or only those of one instrument. */
export type CancelAll = By & Readonly<{ type: "cancel_all"; instrument?: number }>;

/**
 * All open orders of the account are cancelled at timeMs + timeoutMs; 0 stops the clock. With a
 * tag, those of that tag: each tag has a clock of its own, 20 at most run beside the account's.
 */
export type CancelAllAfter = By &
  Readonly<{ type: "cancel_all_after"; timeoutMs: number; tag?: number }>;

/** Closes a whole position at market. `autoCancel` first removes resting orders that close it. */
export type ClosePosition = On &
  Readonly<{
    type: "close_position";
    marginMode: MarginMode;
    positionSide: PositionSide;
    autoCancel?: boolean;
    clientId?: string;
    tag?: number;
  }>;

/** In hundredths. `positionSide` tells long from short where isolated is held both ways. */
export type SetLeverage = On &
  Readonly<{
    type: "set_leverage";
    marginMode: MarginMode;
    positionSide: PositionSide;
    leverageCenti: number;
  }>;

/** Refused while the account has open orders or positions. */
export type SetPositionMode = By &
  Readonly<{ type: "set_position_mode"; positionMode: PositionMode }>;

export type SetStpMode = By & Readonly<{ type: "set_stp_mode"; stpMode: StpMode }>;

/** Moves cash into (or, negative, out of) the margin of an isolated position. */
export type AdjustMargin = On &
  Readonly<{ type: "adjust_margin"; positionSide: PositionSide; units: number }>;

/**
 * How far the last price may come back from its best before an order goes out at market: a share of
 * it in millionths, or a number of ticks, one of the two. The best counts from `activeTicks` on,
 * which must be ahead of the market; null: from now on.
 */
export type Trail = Readonly<{
  activeTicks: number | null;
  ratioPpm: number | null;
  spreadTicks: number | null;
}>;

/**
 * `trigger`: the leg of that name. `conditional`: one of take profit and stop loss. `oco`: both;
 * the first to fire ends the other. `move_order_stop`: the trail. Of a position at most one of all
 * that close the whole of it may wait.
 */
export type PlaceAlgo = On &
  Readonly<{
    type: "place_algo";
    algoType: "conditional" | "oco" | "trigger" | "move_order_stop";
    side: Side;
    /** Null: the whole position at the moment of the trigger. */
    lots: number | null;
    marginMode: MarginMode;
    positionSide: PositionSide;
    reduceOnly?: boolean;
    takeProfit?: TriggerLeg;
    stopLoss?: TriggerLeg;
    trigger?: TriggerLeg;
    trail?: Trail;
    clientId?: string;
    tag?: number;
  }>;

export type AmendAlgo = By &
  Readonly<{
    type: "amend_algo";
    algoId: number;
    lots?: number;
    takeProfit?: TriggerLeg;
    stopLoss?: TriggerLeg;
    trigger?: TriggerLeg;
  }>;

export type CancelAlgo = By & Readonly<{ type: "cancel_algo"; algoId: number }>;

/** The mark price moves: profit, margin, triggers and liquidation follow at once. */
export type SetMark = At & Readonly<{ type: "set_mark"; instrument: number; priceTicks: number }>;

/** Every open position pays value at mark * rate; `rate` in 10^-12, positive: longs pay. */
export type SettleFunding = At &
  Readonly<{ type: "settle_funding"; instrument: number; rateE12: number }>;

/** Outside size at one price after this update; 0 removes it. */
export type OutsideLevel = Readonly<{ side: Side; priceTicks: number; lots: number }>;

/**
 * What the recorded market shows. `snapshot` first removes all outside size that is not named.
 * Size that our takers consumed stays consumed until the feed states its level again. A level that
 * crosses a resting order of ours trades with it, at that order's price; outside size that it
 * crosses is stale and goes.
 */
export type SetOutside = At &
  Readonly<{
    type: "set_outside";
    instrument: number;
    snapshot: boolean;
    levels: readonly OutsideLevel[];
  }>;

/**
 * A trade of the recorded market. Resting orders of ours at better prices and, by the queue model,
 * at this price are filled from it, never beyond its size; outside size at better prices goes.
 */
export type OutsidePrint = At &
  Readonly<{
    type: "outside_print";
    instrument: number;
    /** Of the aggressor. */
    side: Side;
    priceTicks: number;
    lots: number;
  }>;

/** Only time passes: timers fire. */
export type Tick = At & Readonly<{ type: "tick" }>;

export type SetInstrumentState = At &
  Readonly<{ type: "set_instrument_state"; instrument: number; state: "live" | "suspend" }>;

export type Command =
  | OpenAccount
  | Transfer
  | PlaceOrder
  | AmendOrder
  | CancelOrder
  | CancelAll
  | CancelAllAfter
  | ClosePosition
  | SetLeverage
  | SetPositionMode
  | SetStpMode
  | AdjustMargin
  | PlaceAlgo
  | AmendAlgo
  | CancelAlgo
  | SetMark
  | SettleFunding
  | SetOutside
  | OutsidePrint
  | Tick
  | SetInstrumentState;
