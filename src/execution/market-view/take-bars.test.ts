import assert from "node:assert/strict";
import { test } from "node:test";
import { linearSchema } from "#core";
import { columnsOf, naiveFeatures, syntheticMarket } from "#support";
import type { Candle, VenueInstrument } from "#venues";
import { sizesOf } from "../amounts/sizes.ts";
import { createColony } from "../colony/colony.ts";
import { marketFeatures } from "../colony/decide.ts";
import { createMarketFeed, type MarketFeed, prepareNewest, takeBars } from "./take-bars.ts";

const market = syntheticMarket({ bars: 420, seed: 9, volatility: 70 });
const columns = columnsOf(market.bars);

/** One lot is one contract and one tick is 1, so that candles are the bars themselves. */
const instrument = {
  ...{ instId: "TEST-USDT-SWAP", instType: "SWAP", settleCcy: "USDT", ctValCcy: "BTC" },
  ...{ ctVal: "0.00001", tickSz: "1", lotSz: "1", minSz: "1" },
} as unknown as VenueInstrument;

function aFeed(): { feed: MarketFeed; features: () => readonly number[] } {
  const sizes = sizesOf(instrument);
  assert.ok(sizes.ok);
  const colony = createColony({
    sizes: sizes.value,
    schemaVersion: linearSchema.genome_schema_version,
    rules: {
      ...{ maxLeverage: 3, takerFeePpm: 500, participationPpm: 50_000 },
      ...{ halfSpreadPpm: 50, impactYPpm: 1_000_000, maxLots: 1_000_000 },
    },
    founders: [],
  });
  const feed = createMarketFeed(colony, market.bars.intervalMs);
  return { feed, features: () => marketFeatures(colony) };
}

function candle(index: number): Candle {
  const at = (column: ArrayLike<number>): string => String(column[index] ?? 0);
  return {
    tsMs: columns.ts_ms[index] ?? 0,
    ...{ open: at(columns.open), high: at(columns.high), low: at(columns.low) },
    ...{ close: at(columns.close), volume: at(columns.volume), closed: true },
  };
}

test("features of candles are those of the offline world, bar by bar", () => {
  const { feed, features } = aFeed();
  for (let index = 0; index < market.bars.count; index += 1) {
    assert.equal(takeBars(feed, [candle(index)]).ok, true);
    if (index % 7 !== 0) continue;
    const mask = prepareNewest(feed);
    const due = naiveFeatures(columns, index, Number.NaN).values;
    const seen = features().map((value, bit) => (((mask >> bit) & 1) === 1 ? value : null));
    assert.deepEqual(
      seen,
      due.map((value) => (value === null ? null : Math.fround(value))),
      `${index}`,
    );
  }
});

test("a candle between two ticks is refused, and a hole in time is told", () => {
  const { feed } = aFeed();
  assert.equal(takeBars(feed, [{ ...candle(0), close: "1.5" }]).ok, false);
  const taking = takeBars(feed, [candle(0), candle(2)]);
  assert.ok(taking.ok);
  assert.deepEqual(
    taking.taken.map(({ index, gap }) => [index, gap]),
    [
      [0, false],
      [1, true],
    ],
  );
});
