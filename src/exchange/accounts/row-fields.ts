export const rowFields = {
  /** One row for each account, instrument, margin mode and side: float64 offsets. */
  rowLots: 0,
  /** Signed sum of lots * ticks * value that the open lots cost. */
  rowCost: 1,
  /** Isolated: what stands behind this position alone. */
  rowMargin: 2,
  /** Signed value of the lots at the mark, and its difference to the cost. */
  rowValue: 3,
  rowUnrealized: 4,
  /** Initial margin of position and orders (cross), of orders alone (isolated). */
  rowInitial: 5,
  /** Maintenance margin and liquidation fee: below it the position is liquidated. */
  rowRequired: 6,
  /** Resting orders that may open or flip. */
  rowBuyLots: 7,
  rowBuyValue: 8,
  rowSellLots: 9,
  rowSellValue: 10,
  /** Resting orders that only close, and how many there are. */
  rowReducingLots: 11,
  rowReducingCount: 12,
  rowLeverage: 13,
  rowRealized: 14,
  rowFee: 15,
  rowFunding: 16,
  rowPenalty: 17,
  rowId: 18,
  rowCreatedMs: 19,
  rowUpdatedMs: 20,
  /** Its place in the list of its market's active rows, from 1; 0: not in it. */
  rowListed: 21,
  rowNumbers: 22,
  rowsPerMarket: 4,
} as const;
