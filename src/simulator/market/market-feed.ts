import type { OutsideLevel } from "#exchange";
import type { MarketBar } from "./bar-source.ts";

/** What the market around an instrument does at one moment. */
export type FeedStep = Readonly<{
  atMs: number;
  /** A trade of others since the last step. */
  print: Readonly<{ side: "buy" | "sell"; ticks: number; lots: number }> | null;
  /** What others offer now; `snapshot` takes away all that is not named. */
  book: Readonly<{ snapshot: boolean; levels: readonly OutsideLevel[] }> | null;
  /** The mark and index price. */
  markTicks: number | null;
  /** The bar that ended with this step, as it was recorded. */
  over: MarketBar | null;
}>;

/** A market, step by step; it never goes back. */
export type MarketFeed = Readonly<{
  nextMs: () => number | null;
  /** The next step; null when the recording has ended. `maxLots` bounds each level shown. */
  take: (maxLots: number | null) => FeedStep | null;
}>;
