import type { MarketBar } from "./bar-source.ts";

/** One moment within a bar: where the market is, and what traded there since the last one. */
export type PathPoint = Readonly<{
  offsetMs: number;
  ticks: number;
  lots: number;
  /** Of those who crossed the spread. */
  side: "buy" | "sell";
}>;

/**
 * The way through a bar that its four prices allow: from the open to the extreme further from the
 * close, across to the other, and to the close; each third takes a third of the time. `steps`
 * points in all, the first at the open; the volume is spread evenly, the rest falling to the last.
 */
export function barPath(bar: MarketBar, intervalMs: number, steps: number): readonly PathPoint[] {
  const { open, high, low, close, volume } = bar;
  const isRising = close >= open;
  const corners = isRising ? [open, low, high, close] : [open, high, low, close];
  const each = Math.floor(volume / steps);
  const points: PathPoint[] = [];
  let before = open;
  for (let step = 0; step < steps; step += 1) {
    const ticks = priceAt(corners, steps === 1 ? 3 : (3 * step) / (steps - 1));
    const isLast = step === steps - 1;
    const side = ticks > before || (ticks === before && isRising) ? "buy" : "sell";
    points.push({
      offsetMs: Math.floor((intervalMs * step) / steps),
      ticks,
      lots: isLast ? volume - each * (steps - 1) : each,
      side,
    });
    before = ticks;
  }
  return withExtremes(points, bar);
}

/** Between corners the way is straight; a whole place is the corner itself. */
function priceAt(corners: readonly number[], place: number): number {
  const from = Math.min(Math.floor(place), 2);
  const [start = 0, end = 0] = corners.slice(from, from + 2);
  return Math.round(start + (end - start) * (place - from));
}

/** With few points the corners fall between them; both extremes belong to the bar. */
function withExtremes(
  points: readonly PathPoint[],
  { high, low }: MarketBar,
): readonly PathPoint[] {
  if (points.length < 4) return points;
  const lacking = [high, low].filter((price) => !points.some(({ ticks }) => ticks === price));
  if (lacking.length === 0) return points;
  return points.map((point, index) => {
    const inner = index > 0 && index < points.length - 1;
    const extreme = inner ? lacking.find((price) => nearest(points, price) === index) : undefined;
    return extreme === undefined ? point : { ...point, ticks: extreme };
  });
}

/** The inner point that is closest to a price; the earlier one of two. */
function nearest(points: readonly PathPoint[], price: number): number {
  let best = 1;
  for (let index = 1; index < points.length - 1; index += 1) {
    const gap = Math.abs((points[index]?.ticks ?? 0) - price);
    if (gap < Math.abs((points[best]?.ticks ?? 0) - price)) best = index;
  }
  return best;
}
