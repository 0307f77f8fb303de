import type { Floor } from "../floor/floor.ts";
import type { DollarPrice } from "../rows/balance-row.ts";

const oneDollar = 100_000_000;

/** USDT counts as a dollar; a coin is worth the mark, else the last price, of what quotes it. */
export function createDollarPrices({ catalog, exchange }: Floor): DollarPrice {
  return (currency) => {
    if (currency === "USDT") return oneDollar;
    for (const { spec, index } of catalog.listings) {
      if (spec.base !== currency || spec.quote !== "USDT") continue;
      const ticks = exchange.markTicks(index) ?? exchange.lastTicks(index);
      if (ticks !== null) return ticks * spec.tickStep * 10 ** (8 - spec.tickScale);
    }
    return null;
  };
}
