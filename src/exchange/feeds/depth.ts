import type { OutsideLevel } from "../api/command.ts";

/** How much stands at each level of a book that was not recorded. */
export type DepthModel =
  | Readonly<{ model: "fixed"; lots: number }>
  /** Millionths of the volume that is known; nothing traded: nothing stands there. */
  | Readonly<{ model: "share_of_volume"; ppm: number }>;

/** A book around a price: `levels` a side, `stepTicks` apart, the first `halfSpreadTicks` off. */
export type SyntheticBook = Readonly<{
  halfSpreadTicks: number;
  levels: number;
  stepTicks: number;
  depth: DepthModel;
}>;

export function levelsAround(
  book: SyntheticBook,
  priceTicks: number,
  volumeLots: number,
): readonly OutsideLevel[] {
  const lots = lotsOf(book.depth, volumeLots);
  const levels: OutsideLevel[] = [];
  if (lots === 0) return levels;
  for (let k = 0; k < book.levels; k += 1) {
    const away = book.halfSpreadTicks + k * book.stepTicks;
    if (priceTicks - away > 0) levels.push({ side: "buy", priceTicks: priceTicks - away, lots });
    levels.push({ side: "sell", priceTicks: priceTicks + away, lots });
  }
  return levels;
}

function lotsOf(depth: DepthModel, volumeLots: number): number {
  if (depth.model === "fixed") return depth.lots;
  return volumeLots === 0 ? 0 : Math.max(1, Math.floor((volumeLots * depth.ppm) / 1_000_000));
}
