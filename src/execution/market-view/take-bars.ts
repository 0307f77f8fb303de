import { createFrameMaker, type FrameMaker } from "#core";
import type { Candle } from "#venues";
import type { Sizes } from "../amounts/sizes.ts";
import type { Colony } from "../colony/colony.ts";
import { type BarStore, createBarStore } from "./bar-store.ts";
import { createFundingMemory, type FundingMemory } from "./funding-memory.ts";

/** The market as the frozen feature contract sees it, fed by closed candles of the venue. */
export type MarketFeed = Readonly<{
  store: BarStore;
  frames: FrameMaker;
  funding: FundingMemory;
  sizes: Sizes;
  intervalMs: number;
}>;

/** A candle that was taken in, with its place; `gap`: the bar before it is missing. */
export type TakenBar = Readonly<{
  index: number;
  candle: Candle;
  fundingPpb: number | null;
  fundingReason: string | null;
  gap: boolean;
}>;

export type BarTaking =
  | Readonly<{ ok: true; taken: readonly TakenBar[] }>
  | Readonly<{ ok: false; candle: Candle; code: "candle_off_grid" }>;

export function createMarketFeed(colony: Colony, intervalMs: number): MarketFeed {
  const { sizes, rules, world } = colony;
  const store = createBarStore(intervalMs);
  const frames = createFrameMaker(world, store.source, {
    microPerLotTick: sizes.microPerLotTick,
    maxLeverage: rules.maxLeverage,
    participationPpm: rules.participationPpm,
    halfSpread: rules.halfSpreadPpm / 1_000_000,
    impactY: rules.impactYPpm / 1_000_000,
  });
  return { store, frames, funding: createFundingMemory(), sizes, intervalMs };
}

/** Takes bars in, oldest first. A price between two ticks is of another instrument: refused. */
export function takeBars(feed: MarketFeed, candles: readonly Candle[]): BarTaking {
  const taken: TakenBar[] = [];
  for (const candle of candles) {
    const known = feed.funding.knownAt(candle.tsMs);
    const { sizes, store, intervalMs } = feed;
    const [open, high, low, close] = [candle.open, candle.high, candle.low, candle.close].map(
      sizes.toTicks,
    );
    const volume = sizes.toLots(candle.volume);
    const before = store.newest;
    if (!isNumber(open) || !isNumber(high) || !isNumber(low) || !isNumber(close)) {
      return { ok: false, candle, code: "candle_off_grid" };
    }
    if (volume === null) return { ok: false, candle, code: "candle_off_grid" };
    const fundingKnownPpb = known.ppb ?? Number.NaN;
    const bar = { openMs: candle.tsMs, open, high, low, close, volume, fundingKnownPpb };
    const gap = before !== null && candle.tsMs - before.openMs !== intervalMs;
    const index = store.add(bar);
    taken.push({ index, candle, fundingPpb: known.ppb, fundingReason: known.reason, gap });
  }
  return { ok: true, taken };
}

/** Prepares the newest bar as frame row 0; its mask says which E features can be seen. */
export function prepareNewest(feed: MarketFeed): number {
  const { store, frames } = feed;
  frames.fill(store.count - 1, 1);
  return frames.masks[0] ?? 0;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number";
}
