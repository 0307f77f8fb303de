export const fillFields = {
  /** One account's half of a trade: offsets of its row. Its id is its number in the ring. */
  fillTrade: 0,
  fillBill: 1,
  fillOrder: 2,
  fillClientKey: 3,
  fillTag: 4,
  fillAccount: 5,
  /** market * 256 + bits: side, position side * 2, mode * 8, liquidity * 32. */
  fillMeta: 6,
  fillTicks: 7,
  fillLots: 8,
  /** Paid, positive. */
  fillFee: 9,
  fillPnl: 10,
  fillTimeMs: 11,
  /** The order after this fill: lots, lots * ticks, fee and profit so far. */
  fillOrderLots: 12,
  fillOrderLotTicks: 13,
  fillOrderFee: 14,
  fillOrderPnl: 15,
  fillNumbers: 16,
} as const;

export const billFields = {
  /** One change of one account's money. */
  billTimeMs: 0,
  /** account * 2^16 + currency * 2^8 + type * 32 + subtype. */
  billWho: 1,
  /** market * 16 + mode * 2 + liquidity, or -1 where no instrument is concerned. */
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
  billNumbers: 16,
} as const;

export const tradeFields = {
  /** A trade as the public sees it. */
  tradeMarket: 0,
  tradeTicks: 1,
  tradeLots: 2,
  /** Side of the taker. */
  tradeSide: 3,
  tradeTimeMs: 4,
  tradeNumbers: 6,
} as const;
