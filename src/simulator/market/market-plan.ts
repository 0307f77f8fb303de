import { err, type Fault, ok, type Result } from "#base";
import type { Dataset } from "#datasets";
import { createBarFeed, type Feed, type FeedBar, feedOf, type PathModel } from "#exchange";
import type { Catalog, Listing } from "../catalog/listing.ts";
import { type BarSource, barsFrom } from "./bar-source.ts";
import { createDatasetBars } from "./dataset-bars.ts";
import { createLiveBars } from "./live-bars.ts";
import type { MarketOfListing } from "./market-driver.ts";
import type { RecordedMarket } from "./recorded-market.ts";
import { createSyntheticBars } from "./synthetic-bars.ts";
import { createWalkFeed } from "./walk-feed.ts";

/**
 * How a bar is gone through. `walk`: many points on the way, a book that varies. The others are the
 * engine's own four moments with a book of equal levels.
 */
export type BarPlay = "walk" | Exclude<PathModel["model"], "seeded"> | "seeded";

/** What moves the venue: recordings where there are some, a seeded market elsewhere. */
export type MarketOptions = Readonly<{
  seed: number;
  /** Opened datasets; each drives the instruments of its own currency. */
  datasets: readonly Dataset[];
  /** Recorded books and trades; each drives its own instrument, before any dataset. */
  recordings: readonly RecordedMarket[];
  play: BarPlay;
  /** Points within a bar at which the market moves. */
  stepsPerBar: number;
  /** Levels of the book on each side. */
  depth: number;
  /** Length of synthetic bars. */
  syntheticBarMs: number;
  /** Bars of synthetic history before the opening. */
  historyBars: number;
}>;

/** When the venue opens and how times of recordings become times of the venue. */
export type MarketTimes = Readonly<{
  /** Venue time of the opening; synthetic markets count their history back from it. */
  openedMs: number;
  /** Venue time now: later than the opening where a journal goes on. */
  nowMs: number;
  /** Whether the engine has lived through everything up to now already. */
  resumed: boolean;
  shiftMs: number;
}>;

/** Faults: dataset_mismatch, dataset_unknown_instrument, dataset_over. */
export function planMarkets(
  catalog: Catalog,
  options: MarketOptions,
  times: MarketTimes,
): Result<readonly MarketOfListing[], Fault> {
  const lost = options.datasets.find(({ instrument }) => catalog.find(instrument.id) === null);
  if (lost !== undefined) {
    const what = `dataset ${lost.document.name} is of ${lost.instrument.id}`;
    const message = `${what}, which is not traded here`;
    return err({ code: "dataset_unknown_instrument", message, at: lost.directory });
  }
  const markets: MarketOfListing[] = [];
  for (const listing of catalog.listings) {
    const recorded = options.recordings.find((each) => each.listing.index === listing.index);
    const market =
      recorded === undefined
        ? barMarket(listing, catalog, options, times)
        : ok(recordedMarket(recorded, listing, times));
    if (!market.ok) return market;
    if (times.resumed) skipTo(market.value.feed, times.nowMs);
    markets.push(market.value);
  }
  return ok(markets);
}

/** What the engine took before the journal was closed does not happen twice. */
function skipTo(feed: Feed, nowMs: number): void {
  for (let nextMs = feed.nextMs(); nextMs !== null && nextMs <= nowMs; nextMs = feed.nextMs()) {
    feed.take();
  }
}

function recordedMarket(
  { commands, label }: RecordedMarket,
  listing: Listing,
  { shiftMs }: MarketTimes,
): MarketOfListing {
  const feed = feedOf(commands, (command) => [{ ...command, timeMs: command.timeMs + shiftMs }]);
  return { listing, feed, source: createLiveBars(label) };
}

function barMarket(
  listing: Listing,
  catalog: Catalog,
  options: MarketOptions,
  times: MarketTimes,
): Result<MarketOfListing, Fault> {
  const source = sourceOf(listing, catalog, options, times);
  if (!source.ok) return source;
  const { nowMs } = times;
  const firstIndex = source.value.indexAtOrAfter(nowMs - source.value.intervalMs + 1);
  if (firstIndex === null) {
    const message = `${source.value.label} ends before the venue opens; begin earlier with --from`;
    return err({ code: "dataset_over", message });
  }
  const feed = feedOfBars(listing, source.value, { firstIndex, nowMs }, options);
  return ok({ listing, source: source.value, feed });
}

function sourceOf(
  listing: Listing,
  catalog: Catalog,
  { datasets, seed, syntheticBarMs, historyBars }: MarketOptions,
  { openedMs, shiftMs }: MarketTimes,
): Result<BarSource, Fault> {
  const dataset = datasets.find(
    ({ instrument }) => catalog.find(instrument.id)?.spec.base === listing.spec.base,
  );
  if (dataset !== undefined) return createDatasetBars(dataset, listing, shiftMs);
  const first = Math.floor(openedMs / syntheticBarMs) - historyBars;
  const originMs = first * syntheticBarMs;
  return ok(createSyntheticBars(listing, { seed, originMs, intervalMs: syntheticBarMs }));
}

const halfSpreadPpm = 1;

function feedOfBars(
  { index: instrument, instType }: Listing,
  source: BarSource,
  { firstIndex, nowMs }: Readonly<{ firstIndex: number; nowMs: number }>,
  { play, seed, stepsPerBar: steps, depth }: MarketOptions,
): Feed {
  const setsMark = instType === "SWAP";
  if (play === "walk") {
    const key = (seed * 31 + instrument) >>> 0;
    const shape = { steps, depth, halfSpreadPpm, key, setsMark };
    return createWalkFeed({ instrument, source, firstIndex, fromMs: nowMs, ...shape });
  }
  return createBarFeed({
    instrument,
    bars: feedBars(source, firstIndex),
    barMs: source.intervalMs,
    path: play === "seeded" ? { model: play, seed } : { model: play },
    book: {
      halfSpreadTicks: 1,
      levels: depth,
      stepTicks: 1,
      depth: { model: "share_of_volume", ppm: shareOfVolumePpm },
    },
    setsMark,
  });
}

/** A level shows two per cent of what its bar traded. */
const shareOfVolumePpm = 20_000;

function* feedBars(source: BarSource, firstIndex: number): Generator<FeedBar> {
  for (const { bar } of barsFrom(source, firstIndex)) {
    yield {
      timeMs: bar.startMs,
      openTicks: bar.open,
      highTicks: bar.high,
      lowTicks: bar.low,
      closeTicks: bar.close,
      volumeLots: bar.volume,
    };
  }
}
