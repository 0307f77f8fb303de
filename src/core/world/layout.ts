import { meta, num } from "./words.ts";

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
/** Rows of a block's panel: 170 active weights, then the entry and the exit threshold. */
export const panelRows = 172;
export const entryRow = 170;
export const maxTiers = 8;
/** The top decile of C5 is chosen anew so often. */
export const censusTicks = 64;
/** float32 scalars of one bar: 12 E features, then the scales named in `barScalar`. */
export const barScalarStride = 20;

type ArraySpec = Readonly<{
  name: ArrayName;
  bytes: 4 | 8;
  per: "slot" | "bar";
  width: number;
}>;

export type ArrayName = (typeof arrayNames)[number];

export const arrayNames = [
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
  "liquidatedLots",
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
] as const;

const narrowArrays: ReadonlySet<string> = new Set([
  "age",
  "lastSignal",
  "fillImpedance",
  "timeImpedance",
  "slippage",
  "impact",
  "sleep",
  "elite",
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
const layoutBase = 1024;

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
  if (name === "genomes") return genomeStride;
  if (name === "panels") return panelRows;
  return name === "scalars" ? barScalarStride : 1;
}
