export const eventFields = {
  /** What happened in a command, in order. Fields of an event row are named beside its number. */
  eventAccepted: 1, // order id
  eventAmended: 2, // order id, id of its latest fill
  eventCanceled: 3, // order id, id of its latest fill, cancel code
  eventFill: 4, // fill id
  eventTrade: 5, // trade id
  eventSelfTrade: 6, // taker id, maker id, mode, lots, ticks
  eventBill: 7, // bill id
  eventPosition: 8, // row
  eventBalance: 9, // where its row begins
  eventLiquidation: 10, // row, position id, lots before, lots after, ticks, full
  eventAlgo: 11, // algo id, index of the copy of its state
  eventMark: 12, // market, ticks
  eventFunding: 13, // market, rate
  eventBook: 14, // market, version
  eventNumbers: 8,
} as const;
