export const orderFields = {
  /** Whole numbers of one order: offsets into `ints` at `slot * orderInts`. */
  orderAccount: 0,
  orderInstrument: 1,
  orderSide: 2,
  orderType: 3,
  orderMode: 4,
  orderPositionSide: 5,
  orderFlags: 6,
  orderStp: 7,
  orderState: 8,
  orderCancelCode: 9,
  /** Ticks; 0 for a market order. */
  orderPrice: 10,
  /** The row of the position that it opens or closes. */
  orderRow: 11,
  /** Neighbours in the queue of its price, as slots; 0: none. */
  orderQueuePrevious: 12,
  orderQueueNext: 13,
  /** Its place among the open orders of its account. */
  orderOwnIndex: 14,
  orderLeverage: 15,
  orderOrigin: 16,
  /** Float64 numbers of one order: offsets into `numbers` at `slot * orderNumbers`. */
  orderId: 9,
  orderLots: 10,
  orderFilled: 11,
  /** Sum of lots * ticks of its fills. */
  orderLotTicks: 12,
  /** Paid, positive; of the currency in which the fee is taken. */
  orderFee: 13,
  orderPnl: 14,
  /** Outside lots between it and the order before it in the queue. */
  orderGap: 15,
  /** Id of its latest fill; 0: none. */
  orderLastFill: 16,
  orderCreatedMs: 17,
  orderUpdatedMs: 18,
  orderTag: 19,
  orderClientKey: 20,
  orderQuoteUnits: 21,
  orderAlgo: 22,
  /** Row length: 192 bytes, three cache lines; the whole numbers lie in the first nine. */
  orderNumbers: 24,
  orderInts: 48,
} as const;
