/**
 * The memory of a world: one block of bytes that the reference kernel (an ArrayBuffer) and the
 * SIMD kernel (WASM linear memory) read in the same places. Offsets are in bytes.
 */
export type WorldShape = Readonly<{
  /** Slots for living agents; rounded up to whole lane blocks. */
  capacity: number;
}>;

/** Agents evaluated side by side; lanes hold agents, never parts of a sum. */
export const laneCount = 8;
/** Bars prepared at once; also how often a run can be asked to stop. */
export const chunkBars = 512;
/** Genes of the largest schema, padded to whole vectors. */
export const genomeStride = 344;
/** Rows of a block's panel: 170 active weights, then entry and exit thresholds. */
export const panelRows = 172;
export const entryRow = 170;
export const exitRow = 171;
export const maxTiers = 8;
/** The top decile of C5 is chosen anew so often. */
export const censusTicks = 64;
/** float32 scalars of one bar: 12 E features, then the scales named in `barScalar`. */
export const barScalarStride = 20;

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

type ArraySpec = Readonly<{
  name: ArrayName;
  bytes: 4 | 8;
  per: "slot" | "bar";
  width: number;
}>;

export type ArrayName = (typeof arrayNames)[number];

export const arrayNames: readonly [
  "cash",
  "position",
  "equity",
  "entryEquity",
  "splitAt",
  "deathAt",
  "livingCost",
  "order",
  "feesPaid",
  "fundingPaid",
  "tradeFlow",
  "openedLong",
  "openedShort",
  "closed",
  "wins",
  "partials",
  "unfilled",
  "age",
  "lastSignal",
  "fillImpedance",
  "timeImpedance",
  "slippage",
  "impact",
  "sleep",
  "elite",
  "deathFlag",
  "pendingSlots",
  "genomes",
  "panels",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "cap",
  "halfSpread",
  "impactCoefficient",
  "fundingDue",
  "scalars",
  "effective",
] = [
  "cash",
  "position",
  "equity",
  "entryEquity",
  "splitAt",
  "deathAt",
  "livingCost",
  "order",
  "feesPaid",
  "fundingPaid",
  "tradeFlow",
  "openedLong",
  "openedShort",
  "closed",
  "wins",
  "partials",
  "unfilled",
  "age",
  "lastSignal",
  "fillImpedance",
  "timeImpedance",
  "slippage",
  "impact",
  "sleep",
  "elite",
  "deathFlag",
  "pendingSlots",
  "genomes",
  "panels",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "cap",
  "halfSpread",
  "impactCoefficient",
  "fundingDue",
  "scalars",
  "effective",
];

const narrowArrays: ReadonlySet<string> = new Set([
  "age",
  "lastSignal",
  "fillImpedance",
  "timeImpedance",
  "slippage",
  "impact",
  "sleep",
  "elite",
  "deathFlag",
  "pendingSlots",
  "genomes",
  "panels",
  "scalars",
  "effective",
]);
const barArrays: ReadonlySet<string> = new Set([
  "open",
  "high",
  "low",
  "close",
  "volume",
  "cap",
  "halfSpread",
  "impactCoefficient",
  "fundingDue",
  "scalars",
  "effective",
]);

export type WorldLayout = Readonly<{
  capacity: number;
  metaAt: number;
  numAt: number;
  at: Readonly<Record<ArrayName, number>>;
  /** Elements of each array. */
  length: Readonly<Record<ArrayName, number>>;
  bytes: number;
}>;

/** The first kilobyte is the scratch of the WASM kernel; no array ever starts at address zero. */
export const layoutBase = 1024;

export function layoutWorld(shape: WorldShape): WorldLayout {
  const capacity = Math.ceil(shape.capacity / laneCount) * laneCount;
  const metaAt = layoutBase;
  const numAt = metaAt + meta.words * 4;
  let next = numAt + num.words * 8;
  const at: Partial<Record<ArrayName, number>> = {};
  const length: Partial<Record<ArrayName, number>> = {};
  for (const name of arrayNames) {
    const spec = describe(name);
    const rows = spec.per === "slot" ? capacity : chunkBars;
    at[name] = next;
    length[name] = rows * spec.width;
    // Each array starts on its own cache line.
    next = Math.ceil((next + rows * spec.width * spec.bytes) / 64) * 64;
  }
  return {
    capacity,
    metaAt,
    numAt,
    at: at as Record<ArrayName, number>,
    length: length as Record<ArrayName, number>,
    bytes: next,
  };
}

function describe(name: ArrayName): ArraySpec {
  const bytes = narrowArrays.has(name) ? 4 : 8;
  const per = barArrays.has(name) ? "bar" : "slot";
  return { name, bytes, per, width: widthOf(name) };
}

function widthOf(name: ArrayName): number {
  switch (name) {
    case "genomes":
      return genomeStride;
    case "panels":
      return panelRows;
    case "scalars":
      return barScalarStride;
    default:
      return 1;
  }
}

/** One death adds this much heat to C4; heat cools by 1/32 a bar. */
export const deathHeatUnit = 32768;
