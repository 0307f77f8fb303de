/** Single values of a world: where each stands in its table and what it means. */

/** float32 scalars of one bar behind its 12 E features; see FrameMaker. */
export const barScalar = {
  sizeScale: 12,
  stressScale: 13,
  pnlScale: 14,
  trend: 15,
  dropFromClose: 16,
  riseToClose: 17,
} as const;

/** int32 words. */
export const meta = {
  alive: 0,
  schema: 1,
  status: 2,
  pending: 3,
  deathHeat: 4,
  eliteCount: 5,
  longs: 6,
  shorts: 7,
  /** 1 while a newborn waits for its first bar. */
  sleepers: 8,
  prevAlive: 9,
  prevLongs: 10,
  prevShorts: 11,
  prevHeat: 12,
  prevEliteSum: 13,
  prevEliteCount: 14,
  tierCount: 15,
  /** Address table of the arrays below, in the order of `arrayNames`. */
  addresses: 24,
  words: 96,
} as const;

/** float64 words; money in integer micro-units, prices in integer ticks. */
export const num = {
  microPerLotTick: 0,
  takerFee: 1,
  maxLeverage: 2,
  maxMaintenance: 3,
  inverseMaxLeverage: 4,
  feeScale: 5,
  prevClose: 6,
  netLots: 7,
  /** Sum of the equity of the living that the last act must have left; asserted each tick. */
  allocated: 8,
  capitalBase: 9,
  prevAllocated: 10,
  prevCapitalBase: 11,
  pricePnl: 12,
  fees: 13,
  funding: 14,
  livingCost: 15,
  agentBars: 16,
  /** What the equities really summed to when the assertion failed. */
  observed: 17,
  /** No position may be larger: the last margin tier. */
  maxLots: 18,
  tierLots: 19,
  tierRate: 27,
  counts: 35,
  words: 64,
} as const;

/** Counters, float64, from `num.counts`. */
export const count = {
  placed: 0,
  filled: 1,
  partial: 2,
  unfilledZeroVolume: 3,
  unfilledCap: 4,
  openedLong: 5,
  openedShort: 6,
  closed: 7,
  sizeZero: 8,
  heldAgentBars: 9,
  liquidations: 10,
  fundingPayments: 11,
  positionLimit: 12,
  words: 13,
} as const;

/** What `Kernel.run` came back for. */
export const status = {
  boundary: 0,
  event: 1,
  capitalMismatch: 2,
  capitalOverflow: 3,
} as const;

/** One death adds this much heat to C4; heat cools by 1/32 a bar. */
export const deathHeatUnit = 32768;
