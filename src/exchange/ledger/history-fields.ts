/** One change of one account's money; where it is half of a trade, that as well. */
export const billFields = {
  billTimeMs: 0,
  /** account * 2^16 + currency * 2^8 + type * 32 + subtype. */
  billWho: 1,
  /**
   * market * 256 + bits: side, position side * 2, mode * 8, liquidity * 32; or -1 where no
   * instrument is concerned.
   */
  billMeta: 2,
  billChange: 3,
  billBalance: 4,
  billPositionChange: 5,
  billPositionBalance: 6,
  billPnl: 7,
  /** Paid, positive. */
  billFee: 8,
  billOrder: 9,
  billTrade: 10,
  billTicks: 11,
  billLots: 12,
  billTag: 13,
  billClientKey: 14,
  /** The order after this fill: lots, lots * ticks, fee and profit so far. */
  billOrderLots: 15,
  billOrderLotTicks: 16,
  billOrderFee: 17,
  billOrderPnl: 18,
  billNumbers: 20,
} as const;

/** A fill is what its bill says: the one that carries the fee. */
export const fillFields = {
  fillBill: 0,
  fillNumbers: 1,
} as const;

/** A trade as the public sees it. */
export const tradeFields = {
  tradeMarket: 0,
  tradeTicks: 1,
  tradeLots: 2,
  /** Side of the taker. */
  tradeSide: 3,
  tradeTimeMs: 4,
  tradeNumbers: 6,
} as const;
