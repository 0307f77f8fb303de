import { createStream, type Millis } from "#base";
import { levelsAround, type SyntheticBook } from "./depth.ts";
import { type Feed, feedOf, type MarketCommand } from "./feed.ts";

/** A recorded bar in ticks and lots; `timeMs` is when it opens. */
export type FeedBar = Readonly<{
  timeMs: Millis;
  openTicks: number;
  highTicks: number;
  lowTicks: number;
  closeTicks: number;
  volumeLots: number;
}>;

/** Which extreme came first is not in a bar: it is assumed, or drawn for each bar. */
export type PathModel =
  | Readonly<{ model: "open_high_low_close" }>
  | Readonly<{ model: "open_low_high_close" }>
  /** Each bar draws from the sample stream of the seed, by the bar's number. */
  | Readonly<{ model: "seeded"; seed: number }>;

export type BarFeedOptions = Readonly<{
  instrument: number;
  bars: Iterable<FeedBar>;
  barMs: number;
  path: PathModel;
  book: SyntheticBook;
  /** Whether the path is the mark too; false where a feed of its own brings the mark. */
  setsMark: boolean;
}>;

/**
 * A bar is four moments: its open at once, then an extreme, the other, and the close in thirds of
 * the bar, the close one millisecond before the end. From one to the next a third of the volume is
 * printed at the price that is reached, by the side that pushed it there; then the book stands
 * around that price. A bar without volume moves the mark alone and leaves no outside size.
 */
export function createBarFeed(options: BarFeedOptions): Feed {
  let number = 0;
  return feedOf(options.bars, (bar) => {
    number += 1;
    const commands: MarketCommand[] = [];
    const prices = pathOf(bar, options.path, number);
    let before = bar.openTicks;
    for (const [step, priceTicks] of prices.entries()) {
      const at = {
        timeMs: momentOf(bar.timeMs, options.barMs, step),
        instrument: options.instrument,
      };
      const lots = step === 0 ? 0 : legLots(bar.volumeLots, step);
      const side = priceTicks >= before ? "buy" : "sell";
      if (lots > 0) commands.push({ ...at, type: "outside_print", side, priceTicks, lots });
      const levels = levelsAround(options.book, priceTicks, bar.volumeLots);
      const shown = bar.volumeLots === 0 ? [] : levels;
      commands.push({ ...at, type: "set_outside", snapshot: true, levels: shown });
      if (options.setsMark) commands.push({ ...at, type: "set_mark", priceTicks });
      before = priceTicks;
    }
    return commands;
  });
}

function pathOf(bar: FeedBar, path: PathModel, number: number): readonly number[] {
  const { openTicks, highTicks, lowTicks, closeTicks } = bar;
  const highFirst =
    path.model === "seeded"
      ? createStream({ seed: path.seed, stream: "sample", id: number }).below(2) === 0
      : path.model === "open_high_low_close";
  return highFirst
    ? [openTicks, highTicks, lowTicks, closeTicks]
    : [openTicks, lowTicks, highTicks, closeTicks];
}

function momentOf(openMs: Millis, barMs: number, step: number): Millis {
  return step === 3 ? openMs + barMs - 1 : openMs + Math.floor((barMs * step) / 3);
}

/** Two thirds rounded down, and what is left with the close. */
function legLots(volumeLots: number, step: number): number {
  const third = Math.floor(volumeLots / 3);
  return step === 3 ? volumeLots - 2 * third : third;
}
