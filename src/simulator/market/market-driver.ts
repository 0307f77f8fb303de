import type { Feed, MarketCommand } from "#exchange";
import type { Listing } from "../catalog/listing.ts";
import type { VenueClock } from "../clock/venue-clock.ts";
import type { Counters } from "../counters.ts";
import type { FaultPoint } from "../faults/armed-rule.ts";
import type { FaultInjector } from "../faults/injector.ts";
import type { Floor } from "../floor/floor.ts";
import type { BarSource } from "./bar-source.ts";
import { type CandleStore, createCandleStore } from "./candle-store.ts";
import { createFundingSchedule, type FundingSchedule } from "./funding-schedule.ts";
import type { MarketView } from "./market-view.ts";

/** One instrument's market: how it moves, and its bars. */
export type MarketOfListing = Readonly<{
  listing: Listing;
  feed: Feed;
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
  /** The bar that is being lived through, and whether a fault kept some of it from clients. */
  barStartMs: number;
  wasFrozen: boolean;
};

export function createMarketDriver(parts: DriverParts): MarketDriver {
  const { floor, clock, seed } = parts;
  const openedMs = clock.nowMs();
  const listeners: ((listing: Listing) => void)[] = [];
  const tell = (listing: Listing): void => {
    for (const listener of listeners) listener(listing);
  };
  const running = new Map<number, Running>(
    parts.markets.map((market) => [market.listing.index, begin(market, openedMs, seed)]),
  );

  /** The next step at its time; steps that are late already come one after another. */
  function follow(state: Running): void {
    const nextMs = state.market.feed.nextMs();
    if (nextMs === null) return parts.counters.count("market", "ended");
    clock.at(nextMs, () => {
      step(state, nextMs, parts);
      tell(state.market.listing);
      follow(state);
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
        const firstMs = state.market.feed.nextMs();
        if (firstMs !== null && firstMs <= openedMs) step(state, firstMs, parts);
        follow(state);
        fundLater(state, parts, tell);
        closeLater(state, parts);
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
    barStartMs: Math.floor(openedMs / source.intervalMs) * source.intervalMs,
    wasFrozen: false,
  };
}

/** Everything that the feed has for one moment, with whatever the plan does to it. */
function step(state: Running, atMs: number, { floor, faults, counters }: DriverParts): void {
  const { listing, feed } = state.market;
  const point: FaultPoint = { ...feedPoint, instId: listing.instId };
  const cut = faults.has("partial_fill") ? faults.strike("partial_fill", point) : null;
  const maxLots = cut === null ? null : (listing.readSize(cut.max_sz) ?? 0);
  const isFrozen = faults.has("frozen_price") && faults.strike("frozen_price", point) !== null;
  if (isFrozen) state.wasFrozen = true;
  for (let nextMs = feed.nextMs(); nextMs !== null && nextMs <= atMs; nextMs = feed.nextMs()) {
    const command = feed.take();
    if (command === null) break;
    if (!isFrozen) play(maxLots === null ? command : scarce(command, maxLots), state, floor);
  }
  counters.count("market", listing.instId);
  floor.flush();
}

const feedPoint = { endpoint: "feed", account: null, channel: null, clOrdIds: [] } as const;

/** The floor puts the venue's time in: what was due before the opening happens at the opening. */
function play(command: MarketCommand, state: Running, floor: Floor): void {
  const { timeMs, ...order } = command;
  floor.execute(order);
  if (command.type === "outside_print") {
    const { priceTicks, lots } = command;
    state.candles.move(timeMs, priceTicks, lots);
    state.indexTicks = priceTicks;
  } else if (command.type === "set_mark") {
    state.indexTicks = command.priceTicks;
    state.candles.move(timeMs, command.priceTicks, 0);
  }
}

/** No level shows more than so many lots; with none at all, nothing is offered. */
function scarce(command: MarketCommand, maxLots: number): MarketCommand {
  if (command.type !== "set_outside") return command;
  const levels = command.levels.map((level) => {
    return { ...level, lots: Math.min(level.lots, maxLots) };
  });
  return { ...command, levels: command.snapshot ? levels.filter(({ lots }) => lots > 0) : levels };
}

/** A bar that was frozen for a while ends as clients saw it, any other as it was recorded. */
function closeLater(state: Running, parts: DriverParts): void {
  const { source } = state.market;
  parts.clock.at(state.barStartMs + source.intervalMs, () => {
    const index = source.indexAtOrAfter(state.barStartMs);
    const recorded = index === null ? null : source.bar(index);
    if (recorded?.startMs === state.barStartMs && !state.wasFrozen) state.candles.close(recorded);
    else state.candles.closeAsSeen(state.barStartMs);
    state.wasFrozen = false;
    state.barStartMs += source.intervalMs;
    closeLater(state, parts);
  });
}

function fundLater(state: Running, parts: DriverParts, tell: (listing: Listing) => void): void {
  const { clock, floor } = parts;
  const { funding, market } = state;
  if (funding === null) return;
  const dueMs = funding.dueAfter(clock.nowMs());
  clock.at(dueMs, () => {
    const { index: instrument } = market.listing;
    floor.execute({ type: "settle_funding", instrument, rateE12: funding.rateAt(dueMs) });
    floor.flush();
    tell(market.listing);
    fundLater(state, parts, tell);
  });
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
