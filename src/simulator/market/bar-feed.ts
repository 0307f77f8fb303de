import { barPath, type PathPoint } from "./bar-path.ts";
import type { BarSource, MarketBar } from "./bar-source.ts";
import type { FeedStep, MarketFeed } from "./market-feed.ts";
import { outsideBook } from "./outside-book.ts";

export type BarFeedOptions = Readonly<{
  source: BarSource;
  /** The first bar that is played, from the last of its points that is not after `fromMs`. */
  firstIndex: number;
  fromMs: number;
  /** Points within a bar. */
  steps: number;
  depth: number;
  /** Half the spread in millionths of the price. */
  halfSpreadPpm: number;
  /** Key of the book's sizes. */
  key: number;
}>;

/** Plays bars: the price goes the bar's way, the book stands around it, its volume trades. */
export function createBarFeed(options: BarFeedOptions): MarketFeed {
  const { source, steps, depth, halfSpreadPpm, key } = options;
  let index = options.firstIndex;
  let bar: MarketBar | null = source.bar(index);
  let path: readonly PathPoint[] = bar === null ? [] : barPath(bar, source.intervalMs, steps);
  let at = bar === null ? 0 : lastBefore(path, options.fromMs - bar.startMs);
  /** The bar that is over once the first step of the next one comes. */
  let over: MarketBar | null = null;

  function advance(): void {
    at += 1;
    if (at < path.length) return;
    over = bar;
    index += 1;
    bar = source.bar(index);
    path = bar === null ? [] : barPath(bar, source.intervalMs, steps);
    at = 0;
  }

  return {
    nextMs: () => {
      const point = path[at];
      if (bar !== null && point !== undefined) return bar.startMs + point.offsetMs;
      return over === null ? null : over.startMs + source.intervalMs;
    },
    take: (maxLots) => {
      const point = path[at];
      const ended = over;
      over = null;
      if (bar === null || point === undefined) {
        return ended === null ? null : endStep(ended, source.intervalMs);
      }
      const { ticks, lots, side } = point;
      const halfSpreadTicks = Math.max(1, Math.round((ticks * halfSpreadPpm) / 1_000_000));
      const bestLots = Math.max(1, Math.round(bar.volume / steps));
      const shape = { depth, halfSpreadTicks, bestLots, maxLots };
      const levels = outsideBook(ticks, shape, { key, step: (index * steps + at) >>> 0 });
      const step: FeedStep = {
        atMs: bar.startMs + point.offsetMs,
        print: lots > 0 ? { side, ticks, lots } : null,
        book: { snapshot: true, levels },
        markTicks: ticks,
        over: ended,
      };
      advance();
      return step;
    },
  };
}

function lastBefore(path: readonly PathPoint[], offsetMs: number): number {
  return Math.max(
    0,
    path.findLastIndex((point) => point.offsetMs <= offsetMs),
  );
}

/** The recording ends with its last bar: the market stands where it stood. */
function endStep(over: MarketBar, intervalMs: number): FeedStep {
  return { atMs: over.startMs + intervalMs, print: null, book: null, markTicks: null, over };
}
