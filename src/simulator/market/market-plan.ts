import { err, type Fault, ok, type Result } from "#base";
import type { Dataset } from "#datasets";
import type { Catalog, Listing } from "../catalog/listing.ts";
import { createBarFeed } from "./bar-feed.ts";
import type { BarSource } from "./bar-source.ts";
import { createDatasetBars } from "./dataset-bars.ts";
import type { MarketOfListing } from "./market-driver.ts";
import { createSyntheticBars } from "./synthetic-bars.ts";

/** What moves the venue: recorded bars where there are some, a seeded market elsewhere. */
export type MarketOptions = Readonly<{
  seed: number;
  /** Opened datasets; each drives the instruments of its own currency. */
  datasets: readonly Dataset[];
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
  shiftMs: number;
}>;

const halfSpreadPpm = 1;

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
    const source = sourceOf(listing, catalog, options, times);
    if (!source.ok) return source;
    const feed = feedOf(listing, source.value, options, times);
    if (!feed.ok) return feed;
    markets.push({ listing, source: source.value, feed: feed.value });
  }
  return ok(markets);
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

function feedOf(
  listing: Listing,
  source: BarSource,
  { stepsPerBar, depth, seed }: MarketOptions,
  { nowMs }: MarketTimes,
): Result<MarketOfListing["feed"], Fault> {
  const firstIndex = source.indexAtOrAfter(nowMs - source.intervalMs + 1);
  if (firstIndex === null) {
    const message = `${source.label} ends before the venue opens; begin earlier with --from`;
    return err({ code: "dataset_over", message });
  }
  return ok(
    createBarFeed({
      source,
      firstIndex,
      fromMs: nowMs,
      steps: stepsPerBar,
      depth,
      halfSpreadPpm,
      key: (seed * 31 + listing.index) >>> 0,
    }),
  );
}
