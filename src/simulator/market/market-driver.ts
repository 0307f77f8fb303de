import type { Listing } from "../catalog/listing.ts";
import type { VenueClock } from "../clock/venue-clock.ts";
import type { Counters } from "../counters.ts";
import type { FaultPoint } from "../faults/armed-rule.ts";
import type { FaultInjector } from "../faults/injector.ts";
import type { Floor } from "../floor/floor.ts";
import type { BarSource, MarketBar } from "./bar-source.ts";
import { type CandleStore, createCandleStore } from "./candle-store.ts";
import { createFundingSchedule, type FundingSchedule } from "./funding-schedule.ts";
import type { FeedStep, MarketFeed } from "./market-feed.ts";
import type { MarketView } from "./market-view.ts";

/** One instrument's market: how it moves, and its bars. */
export type MarketOfListing = Readonly<{
  listing: Listing;
  feed: MarketFeed;
  source: BarSource;
}>;

export type DriverParts = Readonly<{
  floor: Floor;
  clock: VenueClock;
  faults: FaultInjector;
  counters: Counters;
  seed: number;
  markets: readonly MarketOfListing[];
}>;

/** The market as queries see it, and word of each step to whoever shows it. */
export type MarketDriver = Readonly<{
  view: MarketView;
  candles: (listing: Listing) => CandleStore | null;
  /** Called after each step of an instrument's market and after each funding. */
  onMove: (listener: (listing: Listing) => void) => void;
  /** Begins: the first step of each market happens at once, so that there is a book. */
  start: () => void;
}>;

type Running = {
  readonly market: MarketOfListing;
  readonly candles: CandleStore;
  readonly funding: FundingSchedule | null;
  indexTicks: number | null;
  /** What clients saw of the bar, where a fault froze the price meanwhile. */
  wasFrozen: boolean;
};

export function createMarketDriver(parts: DriverParts): MarketDriver {
  const { floor, clock, faults, counters, seed } = parts;
  const openedMs = clock.nowMs();
  const listeners: ((listing: Listing) => void)[] = [];
  const running = new Map<number, Running>(
    parts.markets.map((market) => [market.listing.index, begin(market, openedMs, seed)]),
  );

  function step(state: Running): void {
    const { listing, feed } = state.market;
    const point = feedPoint(listing);
    const cut = faults.has("partial_fill") ? faults.strike("partial_fill", point) : null;
    const taken = feed.take(cut === null ? null : (listing.readSize(cut.max_sz) ?? 0));
    if (taken === null) return;
    const isFrozen = faults.has("frozen_price") && faults.strike("frozen_price", point) !== null;
    if (taken.over !== null) closeBar(state, taken.over);
    if (isFrozen) state.wasFrozen = true;
    else play(state, taken, floor);
    counters.count("market", listing.instId);
    floor.flush();
    for (const listener of listeners) listener(listing);
    follow(state);
  }

  /** The next step at its time; steps that are late already come one after another. */
  function follow(state: Running): void {
    const nextMs = state.market.feed.nextMs();
    if (nextMs === null) return counters.count("market", "ended");
    clock.at(nextMs, () => {
      step(state);
    });
  }

  function fundLater({ market: { listing }, funding }: Running): void {
    if (funding === null) return;
    const dueMs = funding.dueAfter(clock.nowMs());
    clock.at(dueMs, () => {
      const { index: instrument } = listing;
      floor.execute({ type: "settle_funding", instrument, rateE12: funding.rateAt(dueMs) });
      floor.flush();
      for (const listener of listeners) listener(listing);
      const state = running.get(instrument);
      if (state !== undefined) fundLater(state);
    });
  }

  return {
    view: createView(running, floor),
    candles: ({ index }) => running.get(index)?.candles ?? null,
    onMove: (listener) => {
      listeners.push(listener);
    },
    start: () => {
      for (const state of running.values()) {
        step(state);
        fundLater(state);
      }
    },
  };
}

function begin(market: MarketOfListing, openedMs: number, seed: number): Running {
  const { listing, source } = market;
  return {
    market,
    candles: createCandleStore(listing, source, openedMs),
    funding: listing.instType === "SWAP" ? createFundingSchedule(listing, source, seed) : null,
    indexTicks: null,
    wasFrozen: false,
  };
}

/** A bar that was frozen for a while ends as clients saw it, any other as it was recorded. */
function closeBar(state: Running, over: MarketBar): void {
  if (state.wasFrozen) state.candles.closeAsSeen(over);
  else state.candles.close(over);
  state.wasFrozen = false;
}

/** The trade first, then the book that it left, then the mark, which may move margins. */
function play(state: Running, { atMs, print, book, markTicks }: FeedStep, floor: Floor): void {
  const { listing } = state.market;
  const { index: instrument } = listing;
  if (print !== null) {
    const { side, ticks: priceTicks, lots } = print;
    floor.execute({ type: "outside_print", instrument, side, priceTicks, lots });
    state.candles.move(atMs, priceTicks, lots);
  }
  if (book !== null) floor.execute({ type: "set_outside", instrument, ...book });
  if (markTicks === null) return;
  state.indexTicks = markTicks;
  if (print === null) state.candles.move(atMs, markTicks, 0);
  if (listing.instType === "SWAP") {
    floor.execute({ type: "set_mark", instrument, priceTicks: markTicks });
  }
}

function createView(running: ReadonlyMap<number, Running>, floor: Floor): MarketView {
  return {
    indexTicks: ({ index }) => running.get(index)?.indexTicks ?? null,
    day: ({ index }) => running.get(index)?.candles.day(floor.nowMs()) ?? noDay,
    candles: ({ index }, query) => running.get(index)?.candles.rows(query, floor.nowMs()) ?? null,
    funding: ({ index }) => running.get(index)?.funding?.view(floor.nowMs()) ?? null,
    fundingPaid: ({ index }) => running.get(index)?.funding?.paid(floor.nowMs()) ?? [],
  };
}

const noDay = {
  openTicks: null,
  highTicks: null,
  lowTicks: null,
  volumeLots: 0,
  baseVolume: "0",
  utcOpenTicks: null,
  hongKongOpenTicks: null,
};

function feedPoint({ instId }: Listing): FaultPoint {
  return { endpoint: "feed", account: null, channel: null, instId, clOrdIds: [] };
}
