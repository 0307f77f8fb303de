import type { BarColumns } from "#market";
import { createBarColumns } from "#market";
import type { BarSource } from "../world/bar-source.ts";
import { barScalarStride, chunkBars } from "../world/layout.ts";
import { barScalar } from "../world/words.ts";
import type { World } from "../world/world.ts";
import { marketFeatureCount } from "./contract.ts";
import { MarketSeries, warmUpBars } from "./market-series.ts";

export type FrameRates = Readonly<{
  microPerLotTick: number;
  maxLeverage: number;
  /** Share of a bar's volume that one order may take. */
  participationPpm: number;
  halfSpread: number;
  impactY: number;
}>;

/** Prepares bars for the kernel, a chunk at a time, so that memory does not grow with the data. */
export interface FrameMaker {
  /** Prepares bars start..start+count-1 as frame rows 0..count-1; count is at most `chunkBars`. */
  fill(start: number, count: number): void;
  /** E masks of the prepared bars; bit i set = feature i is seen. */
  readonly masks: Int32Array;
  readonly columns: BarColumns;
}

export function createFrameMaker(world: World, bars: BarSource, rates: FrameRates): FrameMaker {
  const series = new MarketSeries();
  const columns = createBarColumns(chunkBars);
  const due = new Float64Array(chunkBars);
  const known = new Float64Array(chunkBars);
  const masks = new Int32Array(chunkBars);
  const unused = new Float32Array(marketFeatureCount);
  // The bar that the series takes next; -1 = it has seen nothing.
  let next = -1;

  const read = (start: number, count: number): void => {
    bars.read(start, count, columns);
    bars.readFunding(start, count, due, known);
  };

  const barAt = (row: number) => ({
    open: columns.open[row],
    high: columns.high[row],
    low: columns.low[row],
    close: columns.close[row],
    volume: columns.volume[row],
    fundingKnown: known[row],
  });

  /** Windows are finite and their sums exact: a short run-up gives what the whole past would. */
  const warmUp = (start: number): void => {
    series.clear();
    const from = Math.max(start - warmUpBars, 0);
    read(from, start - from);
    for (let row = 0; row < start - from; row += 1) series.push(barAt(row), unused, 0);
  };

  return {
    masks,
    columns,
    fill(start, count) {
      if (next !== start) warmUp(start);
      read(start, count);
      for (let row = 0; row < count; row += 1) {
        writePrices(world, columns, row);
        world.fundingDue[row] = due[row] === due[row] ? due[row] / 1000000000 : 0;
        writeFriction(world, series, row, rates);
        const at = row * barScalarStride;
        masks[row] = series.push(barAt(row), world.scalars, at);
        world.effective[row] = bitCount(masks[row]);
        writeScales(world, series, row, rates);
      }
      next = start + count;
    },
  };
}

function writePrices(world: World, columns: BarColumns, row: number): void {
  world.open[row] = columns.open[row];
  world.high[row] = columns.high[row];
  world.low[row] = columns.low[row];
  world.close[row] = columns.close[row];
  world.volume[row] = columns.volume[row];
}

/** What a fill in this bar costs, from what was known before it opened. */
function writeFriction(world: World, past: MarketSeries, row: number, rates: FrameRates): void {
  const open = world.open[row];
  // One division of whole numbers: a product with 0.29 would make 28 of 29 lots.
  world.cap[row] = Math.floor((world.volume[row] * rates.participationPpm) / 1000000);
  world.halfSpread[row] = open * rates.halfSpread;
  // Square-root law per bar: I = Y * sigma * sqrt(Q / V); the days cancel out of sigma and V.
  const depth = past.meanVolume;
  world.impactCoefficient[row] =
    depth > 0 ? (open * rates.impactY * past.sigma) / Math.sqrt(depth) : 0;
}

/** The per-bar scales of the agents' own features; units in docs/contracts/features.md. */
function writeScales(world: World, now: MarketSeries, row: number, rates: FrameRates): void {
  const { scalars } = world;
  const at = row * barScalarStride;
  const close = world.close[row];
  const price = rates.microPerLotTick * close;
  const room = (rates.participationPpm / 1000000) * now.meanVolume * price;
  scalars[at + barScalar.sizeScale] = room > 0 ? rates.maxLeverage / room : 0;
  const stress = now.sigma * 8;
  scalars[at + barScalar.stressScale] = stress;
  scalars[at + barScalar.pnlScale] = stress > 0 ? 1 / stress : 0;
  const trend = scalars[at + 3];
  const noise = Math.min(Math.abs(scalars[at + 7]), 1);
  scalars[at + barScalar.trend] = trend * (1 - noise);
  scalars[at + barScalar.dropFromClose] = ((close - world.low[row]) / close) * 8;
  scalars[at + barScalar.riseToClose] = ((world.high[row] - close) / close) * 8;
}

function bitCount(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}
