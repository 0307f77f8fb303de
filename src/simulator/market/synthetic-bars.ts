import { assert, createStream, exp } from "#base";
import type { Listing } from "../catalog/listing.ts";
import type { BarSource, MarketBar } from "./bar-source.ts";

export type SyntheticOptions = Readonly<{
  seed: number;
  /** Start of bar 0: bars before the venue opens are its history. */
  originMs: number;
  intervalMs: number;
}>;

/**
 * A random walk that never ends: volatility that clusters, a drift of nothing, and more volume when
 * it moves. A function of seed, currency and bar number, so that spot and swap of one coin agree.
 */
export function createSyntheticBars(listing: Listing, options: SyntheticOptions): BarSource {
  const { seed, originMs, intervalMs } = options;
  const draws = createStream({ seed, stream: "surrogate", id: coinNumber(listing.spec.base) });
  const ticksPerUnit = 10 ** listing.spec.tickScale / listing.spec.tickStep;
  const bars: MarketBar[] = [];
  const volatility = barVolatility * Math.sqrt(intervalMs / 60_000);
  let price = startPrice(listing.spec.base);
  let variance = 1;

  /** Every bar takes the same number of draws, so that no bar shifts another. */
  function next(): MarketBar {
    const shock = draws.gaussian();
    const wicks = [Math.abs(draws.gaussian()), Math.abs(draws.gaussian())] as const;
    const crowd = draws.gaussian();
    const open = price;
    const scale = volatility * Math.sqrt(variance);
    // Pulled back a little, so that weeks of it stay a price that could be.
    const pull = (startPrice(listing.spec.base) / open - 1) * pullBack;
    price = open * exp(shock * scale + pull);
    const [above, below] = wicks;
    const high = Math.max(open, price) * exp(above * scale * wickShare);
    const low = Math.min(open, price) * exp(-below * scale * wickShare);
    variance = 0.02 + 0.9 * variance + 0.08 * shock * shock;
    const coins = coinsPerMinute * (intervalMs / 60_000) * exp(0.5 * crowd + 0.3 * Math.abs(shock));
    return {
      startMs: originMs + bars.length * intervalMs,
      open: toTicks(open),
      high: toTicks(high),
      low: toTicks(low),
      close: toTicks(price),
      volume: Math.max(1, Math.round(coins / lotCoins(listing))),
    };
  }

  function toTicks(value: number): number {
    return Math.max(1, Math.round(value * ticksPerUnit));
  }

  return {
    intervalMs,
    label: `synthetic, seed ${seed}`,
    indexAtOrAfter: (ms) => Math.max(0, Math.ceil((ms - originMs) / intervalMs)),
    bar: (index) => {
      if (index < 0) return null;
      assert(index < longestRun, "a synthetic market of more bars than anybody waits for");
      while (bars.length <= index) bars.push(next());
      return bars[index] ?? null;
    },
    fundingBetween: () => null,
  };
}

/** Six basis points a minute, about 45 % a year. */
const barVolatility = 0.0006;
const wickShare = 0.5;
const pullBack = 0.00002;
const coinsPerMinute = 40;
const longestRun = 20_000_000;

function startPrice(coin: string): number {
  return coin === "BTC" ? 60_000 : coin === "ETH" ? 3000 : 100;
}

/** Coins in one lot. */
function lotCoins({ spec, contractValue }: Listing): number {
  return (spec.lotStep / 10 ** spec.lotScale) * Number(contractValue);
}

/** A number for the coin's stream: its letters in base 64, far below 2^53. */
function coinNumber(coin: string): number {
  let number = 1;
  for (const letter of coin.slice(0, 8)) number = number * 64 + (letter.charCodeAt(0) % 64);
  return number;
}
