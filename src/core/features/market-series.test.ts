import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, fundingKnownAt, naiveFeatures, syntheticMarket } from "#support";
import { MarketSeries } from "./market-series.ts";

test("probe", () => {
  for (const seed of [1, 2, 3]) {
    const { bars } = syntheticMarket({ bars: 700, seed, volatility: seed * 100 });
    const columns = columnsOf(bars);
    const series = new MarketSeries();
    const into = new Float32Array(12);
    for (let index = 0; index < 700; index += 1) {
      const fundingKnown = fundingKnownAt(bars, index);
      const mask = series.push(
        {
          open: columns.open[index] ?? 0,
          high: columns.high[index] ?? 0,
          low: columns.low[index] ?? 0,
          close: columns.close[index] ?? 0,
          volume: columns.volume[index] ?? 0,
          fundingKnown,
        },
        into,
        0,
      );
      const naive = naiveFeatures(columns, index, fundingKnown);
      assert.equal(series.sigma, naive.sigma);
      assert.equal(series.meanVolume, naive.meanVolume);
      for (const [feature, value] of naive.values.entries()) {
        assert.equal((mask >> feature) & 1, value === null ? 0 : 1, `${index} E${feature + 1}`);
        assert.equal(into[feature], value ?? 0, `${index} E${feature + 1}`);
      }
    }
  }
});
