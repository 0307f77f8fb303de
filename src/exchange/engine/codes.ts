/**
 * Names become small numbers inside the engine. The tables are in the order of the numbers, which
 * digests and recorded command rows depend on: append only.
 */
export const sideNames = ["buy", "sell"] as const;

export const orderTypeNames = ["limit", "market", "post_only", "fok", "ioc"] as const;

export const marginModeNames = ["cash", "cross", "isolated"] as const;

export const positionSideNames = ["net", "long", "short"] as const;

export const positionModeNames = ["net", "long_short"] as const;

export const stpModeNames = ["cancel_maker", "cancel_taker", "cancel_both"] as const;

export const originNames = ["user", "algo", "close_position", "liquidation"] as const;

export const liquidityNames = ["maker", "taker"] as const;

export const queueModelNames = ["front", "back", "proportional"] as const;

export const billTypeNames = [
  "transfer",
  "trade",
  "liquidation",
  "margin_transfer",
  "funding",
  "insurance",
] as const;

export const billSubtypeNames = [
  "transfer_in",
  "transfer_out",
  "buy",
  "sell",
  "open_long",
  "open_short",
  "close_long",
  "close_short",
  "partial_liquidation_long",
  "partial_liquidation_short",
  "liquidation_long",
  "liquidation_short",
  "margin_increase",
  "margin_decrease",
  "funding_expense",
  "funding_income",
  "insurance_cover",
] as const;

export const codes = {
  buy: 0,
  sell: 1,
  typeLimit: 0,
  typeMarket: 1,
  typePostOnly: 2,
  typeFok: 3,
  typeIoc: 4,
  modeCash: 0,
  modeCross: 1,
  modeIsolated: 2,
  sideNet: 0,
  sideLong: 1,
  sideShort: 2,
  positionsNet: 0,
  stpMaker: 0,
  stpTaker: 1,
  stpBoth: 2,
  originUser: 0,
  originAlgo: 1,
  originClose: 2,
  originLiquidation: 3,
  /** Order states. A free row has never held an order. */
  stateFree: 0,
  stateOpen: 1,
  stateFilled: 2,
  stateCanceled: 3,
  liquidityMaker: 0,
  liquidityTaker: 1,
  queueFront: 0,
  queueBack: 1,
  /** Flags of an order. */
  flagReduceOnly: 1,
  /** It may only close: reduce only, or the closing side of a long/short position. */
  flagReducing: 2,
  billTypeTransfer: 0,
  billTypeTrade: 1,
  billTypeLiquidation: 2,
  billTypeMargin: 3,
  billTypeFunding: 4,
  billTypeInsurance: 5,
  subtypeTransferIn: 0,
  subtypeTransferOut: 1,
  subtypeBuy: 2,
  subtypeOpenLong: 4,
  subtypePartialLong: 8,
  subtypeFullLong: 10,
  subtypeMarginIncrease: 12,
  subtypeMarginDecrease: 13,
  subtypeFundingExpense: 14,
  subtypeFundingIncome: 15,
  subtypeInsuranceCover: 16,
} as const;
