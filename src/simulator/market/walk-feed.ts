import { type Feed, feedOf, type MarketCommand } from "#exchange";
import { barPath } from "./bar-path.ts";
import { type BarSource, barsFrom, type MarketBar } from "./bar-source.ts";
import { outsideBook } from "./outside-book.ts";

export type WalkOptions = Readonly<{
  instrument: number;
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
  setsMark: boolean;
}>;

/** Plays bars: the price goes the bar's way, the book stands around it, its volume trades. */
export function createWalkFeed(options: WalkOptions): Feed {
  const { source, firstIndex, fromMs } = options;
  return feedOf(pointsOf(source, firstIndex, options.steps), (point) =>
    point.untilMs <= fromMs ? [] : commandsOf(point, options),
  );
}

type Point = Readonly<{
  number: number;
  bar: MarketBar;
  atMs: number;
  /** When the next point takes over. */
  untilMs: number;
  ticks: number;
  lots: number;
  side: "buy" | "sell";
}>;

function* pointsOf(source: BarSource, firstIndex: number, steps: number): Generator<Point> {
  for (const { bar, index } of barsFrom(source, firstIndex)) {
    const path = barPath(bar, source.intervalMs, steps);
    for (const [step, { offsetMs, ticks, lots, side }] of path.entries()) {
      const nextMs = path[step + 1]?.offsetMs ?? source.intervalMs;
      yield {
        number: index * steps + step,
        bar,
        atMs: bar.startMs + offsetMs,
        untilMs: bar.startMs + nextMs,
        ticks,
        lots,
        side,
      };
    }
  }
}

/** The trade first, then the book that it left, then the mark, which may move margins. */
function commandsOf(point: Point, options: WalkOptions): readonly MarketCommand[] {
  const { instrument, depth, halfSpreadPpm, key, steps, setsMark } = options;
  const { atMs: timeMs, ticks: priceTicks, lots, side, bar, number } = point;
  const halfSpreadTicks = Math.max(1, Math.round((priceTicks * halfSpreadPpm) / 1_000_000));
  const bestLots = Math.max(1, Math.round(bar.volume / steps));
  const shape = { depth, halfSpreadTicks, bestLots };
  const levels = outsideBook(priceTicks, shape, { key, step: number >>> 0 });
  const commands: MarketCommand[] = [];
  if (lots > 0)
    commands.push({ type: "outside_print", timeMs, instrument, side, priceTicks, lots });
  commands.push({ type: "set_outside", timeMs, instrument, snapshot: true, levels });
  if (setsMark) commands.push({ type: "set_mark", timeMs, instrument, priceTicks });
  return commands;
}
