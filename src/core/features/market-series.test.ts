import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ln } from "#base";
import { columnsOf, fundingKnownAt, naiveFeatures, syntheticMarket } from "#support";
import { type MarketBar, MarketSeries, warmUpBars } from "./market-series.ts";

type Seen = Readonly<{ values: readonly number[]; mask: number; sigma: number; volume: number }>;

/** All bars through one series; what it says of each. */
function passOver(bars: readonly MarketBar[]): readonly Seen[] {
  const series = new MarketSeries();
  return bars.map((bar) => look(series, bar));
}

function look(series: MarketSeries, bar: MarketBar): Seen {
  const into = new Float32Array(14).fill(7);
  const mask = series.push(bar, into, 1);
  assert.deepEqual([into[0], into[13]], [7, 7], "wrote beside its twelve places");
  const values = Array.from(into.subarray(1, 13));
  return { values, mask, sigma: series.sigma, volume: series.meanVolume };
}

function flat(price: number, change: Partial<MarketBar> = {}): MarketBar {
  const bar = { open: price, high: price, low: price, close: price, volume: 100, fundingKnown: 0 };
  return { ...bar, ...change };
}

/** A market that rises and falls by one ratio in turn, ending on the low price. */
function zigzag(bars: number, change: (index: number) => Partial<MarketBar>): readonly MarketBar[] {
  return Array.from({ length: bars }, (_, index) => {
    const [before, after] = index % 2 === 0 ? [102000, 100000] : [100000, 102000];
    const bar = { open: before, high: 102000, low: 100000, close: after, volume: 100 };
    return { ...bar, fundingKnown: Number.NaN, ...change(index) };
  });
}

function last(bars: readonly MarketBar[]): Seen {
  const seen = passOver(bars).at(-1);
  assert.ok(seen !== undefined);
  return seen;
}

function near(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-5, `${actual} is not ${expected}`);
}

test("a zigzag of two prices gives figures that can be worked by hand", () => {
  const move = ln(1.02);
  // 257 bars end on the low price; the last bar has four times the volume of the others.
  const { values, mask, sigma } = last(
    zigzag(257, (index) => (index === 256 ? { volume: 400, fundingKnown: -250000 } : {})),
  );
  assert.equal(mask, 4095);
  near(sigma, move);
  // E1: one bar down by sigma, in units of 4 sigma. E2 to E4: an even number of bars, no change.
  near(values[0], -1 / 4);
  for (const index of [1, 2, 3]) near(values[index], 0);
  // E5: the range is the mean range. E6: closed on its low.
  near(values[4], 0);
  near(values[5], -1);
  // E7: 400 against a mean of (63 * 100 + 400) / 64, on a scale of e^3.
  near(values[6], ln((400 * 64) / 6700) / 3);
  // E8: volatility over 64 and over 256 bars is the same.
  near(values[7], 0);
  // E9: each close lies half a range from either middle, so S = range and S / (2 sigma) = 1/2.
  near(values[8], 0.5);
  // E10, E11: one sigma below the high of 256 bars, on the low; in units of 32 sigma.
  near(values[9], -1 / 32);
  near(values[10], 0);
  near(values[11], -0.25);
});

test("nothing is seen before 64 returns are known, then E8 waits for 256", () => {
  const seen = passOver(zigzag(300, () => ({})));
  for (let index = 0; index < 64; index += 1) {
    assert.deepEqual([seen[index]?.mask, seen[index]?.sigma], [0, 0]);
    assert.deepEqual(new Set(seen[index]?.values), new Set([0]));
  }
  const young = 0b0111_0111_1111;
  for (let index = 64; index < 256; index += 1) assert.equal(seen[index]?.mask, young);
  assert.equal(seen[256]?.mask, young | 0b1000_0000);
  // The mean volume needs 64 bars and no return.
  assert.deepEqual([seen[62]?.volume, seen[63]?.volume], [0, 100]);
});

test("a market that never moves shows volume and funding alone", () => {
  const { values, mask, sigma } = last(Array.from({ length: 300 }, () => flat(400000)));
  assert.equal(mask, 0b1000_0100_0000);
  assert.equal(sigma, 0);
  assert.deepEqual(new Set(values), new Set([0]));
});

test("a bar without volume masks E7, a bar without range E6, and unknown funding E12", () => {
  const walk = zigzag(300, () => ({}));
  const quiet = last([...walk, flat(100000, { volume: 0, fundingKnown: Number.NaN })]);
  assert.equal(quiet.mask & 0b1000_0110_0000, 0);
  assert.equal(quiet.mask, 0b0111_1001_1111);
  for (const index of [5, 6, 11]) assert.equal(quiet.values[index], 0);
  const known = last([...walk, flat(100000, { fundingKnown: 0 })]);
  assert.equal(known.mask & 0b1000_0000_0000, 0b1000_0000_0000);
});

test("64 bars without volume leave E7 masked and the market without depth", () => {
  const seen = last(zigzag(300, (index) => (index > 200 ? { volume: 0 } : {})));
  assert.equal(seen.mask & 0b0100_0000, 0);
  assert.equal(seen.volume, 0);
});

test("one wild bar is cut at the ends of the scale and counts as a quarter in sigma", () => {
  const wild = last([...zigzag(300, () => ({})), flat(100000000, { high: 100000000, low: 1 })]);
  for (const value of wild.values) assert.ok(value >= -1 && value <= 1);
  assert.equal(wild.values[0], 1);
  assert.equal(wild.values[4], 1);
  // 63 moves of ln(1.02) and one of 1/4.
  near(wild.sigma, Math.sqrt((63 * ln(1.02) ** 2 + 1 / 16) / 64));
});

/** Bars as recorded data have them: low <= open, close <= high, volume may be 0. */
const anyBar = fc
  .record({
    prices: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 5000000 }))),
    volume: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 40 })),
    fundingKnown: fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -5000000, max: 5000000 })),
  })
  .map(({ prices, volume, fundingKnown }) => {
    const [low = 1, open = 1, close = 1, high = 1] = [...prices].sort((a, b) => a - b);
    return { open, high, low, close, volume, fundingKnown };
  });

test("on any market every feature stays within [-1, 1], and a masked one is zero", () => {
  fc.assert(
    fc.property(fc.array(anyBar, { minLength: 66, maxLength: 120 }), (bars) => {
      for (const { values, mask } of passOver(bars)) {
        for (const [index, value] of values.entries()) {
          assert.ok(value >= -1 && value <= 1, `E${index + 1} is ${value}`);
          if (((mask >> index) & 1) === 0) assert.equal(value, 0);
        }
      }
    }),
    { seed: 20261121, numRuns: 60 },
  );
});

function barsOf(seed: number, count: number): readonly MarketBar[] {
  const { bars } = syntheticMarket({ bars: count, seed, volatility: seed * 60 });
  const columns = columnsOf(bars);
  return Array.from({ length: count }, (_, index) => ({
    open: columns.open[index] ?? 0,
    high: columns.high[index] ?? 0,
    low: columns.low[index] ?? 0,
    close: columns.close[index] ?? 0,
    volume: columns.volume[index] ?? 0,
    fundingKnown: fundingKnownAt(bars, index),
  }));
}

test("what rolls equals what a loop over the bars behind it computes, to the last bit", () => {
  for (const seed of [1, 2, 9]) {
    const { bars } = syntheticMarket({ bars: 600, seed, volatility: seed * 60 });
    const columns = columnsOf(bars);
    for (const [index, seen] of passOver(barsOf(seed, 600)).entries()) {
      const naive = naiveFeatures(columns, index, fundingKnownAt(bars, index));
      assert.equal(seen.sigma, naive.sigma);
      assert.equal(seen.volume, naive.meanVolume);
      for (const [feature, value] of naive.values.entries()) {
        const where = `E${feature + 1} of bar ${index}`;
        assert.equal((seen.mask >> feature) & 1, value === null ? 0 : 1, where);
        assert.equal(seen.values[feature], value ?? 0, where);
      }
    }
  }
});

test("later bars change no earlier feature", () => {
  const bars = barsOf(2, 400);
  const whole = passOver(bars);
  fc.assert(
    fc.property(fc.nat({ max: 398 }), fc.array(anyBar, { maxLength: 5 }), (cut, others) => {
      const other = passOver([...bars.slice(0, cut), ...others]);
      assert.deepEqual(other.slice(0, cut), whole.slice(0, cut));
    }),
    { seed: 20261121, numRuns: 40 },
  );
});

test("a series that begins 257 bars early says what one from the beginning says", () => {
  const bars = barsOf(3, 700);
  const whole = passOver(bars);
  for (let start = warmUpBars; start < 699; start += 13) {
    const part = passOver(bars.slice(start - warmUpBars, start + 2));
    assert.deepEqual(part.slice(-2), whole.slice(start, start + 2), `from bar ${start}`);
  }
  // And no fewer would do: E8 needs 256 returns.
  const short = passOver(bars.slice(300 - warmUpBars + 2, 301));
  assert.notDeepEqual(short.at(-1), whole[300]);
});

test("volumes beyond all markets leave the sums exact: any start still says the same", () => {
  const bars = barsOf(3, 420).map((bar, index) => ({
    ...bar,
    volume: 2 ** 53 - 1 - 3 * ((index * 7919) % 1000),
  }));
  const whole = passOver(bars);
  for (const start of [300, 301, 350]) {
    const part = passOver(bars.slice(start - warmUpBars, start + 1));
    assert.deepEqual(part.at(-1), whole[start]);
  }
});

test("a cleared series is a new one", () => {
  const bars = barsOf(2, 300);
  const series = new MarketSeries();
  for (const bar of barsOf(9, 500)) look(series, bar);
  series.clear();
  assert.deepEqual(
    bars.map((bar) => look(series, bar)),
    passOver(bars),
  );
});
