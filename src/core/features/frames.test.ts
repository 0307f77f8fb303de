import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { columnsOf, naiveFeatures, syntheticMarket, withOtherFuture } from "#support";
import type { BarSource } from "../world/bar-source.ts";
import { barScalarStride, chunkBars, layoutWorld } from "../world/layout.ts";
import { barScalar } from "../world/words.ts";
import { createWorld, type World } from "../world/world.ts";
import { createFrameMaker, type FrameMaker, type FrameRates } from "./frames.ts";

const rates: FrameRates = {
  microPerLotTick: 10,
  maxLeverage: 5,
  participationPpm: 50000,
  halfSpread: 0.00005,
  impactY: 1,
};

type Frames = Readonly<{ world: World; maker: FrameMaker }>;

function framesOf(bars: BarSource, change: Partial<FrameRates> = {}): Frames {
  const layout = layoutWorld({ capacity: 1 });
  const world = createWorld(new ArrayBuffer(layout.bytes), layout);
  return { world, maker: createFrameMaker(world, bars, { ...rates, ...change }) };
}

/** Everything that a row of the frames says, in bits where it is a float. */
function rowOf({ world, maker }: Frames, row: number): Readonly<Record<string, unknown>> {
  const from = row * barScalarStride;
  return {
    mask: maker.masks[row],
    effective: world.effective[row],
    prices: [world.open[row], world.high[row], world.low[row], world.close[row]],
    volume: world.volume[row],
    cap: world.cap[row],
    halfSpread: world.halfSpread[row],
    impact: world.impactCoefficient[row],
    funding: world.fundingDue[row],
    scalars: Array.from(world.scalars.subarray(from, from + 18)),
  };
}

const { bars } = syntheticMarket({ bars: 1400, seed: 4, volatility: 130 });

/** One pass from the first bar to the last, chunk by chunk. */
function wholePass(source: BarSource): readonly Readonly<Record<string, unknown>>[] {
  const frames = framesOf(source);
  const rows: Readonly<Record<string, unknown>>[] = [];
  for (let start = 0; start < source.count; start += chunkBars) {
    const count = Math.min(chunkBars, source.count - start);
    frames.maker.fill(start, count);
    for (let row = 0; row < count; row += 1) rows.push(rowOf(frames, row));
  }
  return rows;
}

const whole = wholePass(bars);

test("frames that start anywhere are those of one continuous pass", () => {
  const slice = fc.tuple(fc.nat({ max: 1399 }), fc.integer({ min: 1, max: 40 }));
  const frames = framesOf(bars);
  fc.assert(
    fc.property(fc.array(slice, { minLength: 1, maxLength: 4 }), (slices) => {
      // One maker jumps about, as it does between drawn seasons.
      for (const [start, length] of slices) {
        const count = Math.min(length, bars.count - start);
        frames.maker.fill(start, count);
        for (let row = 0; row < count; row += 1) {
          assert.deepEqual(rowOf(frames, row), whole[start + row], `bar ${start + row}`);
        }
      }
    }),
    { seed: 20261121, numRuns: 40 },
  );
});

test("later bars change no earlier row", () => {
  for (const cut of [1, 64, 300, 512, 1000]) {
    const other = wholePass(
      withOtherFuture({ bars, instrument: null as never, highest: 0 }, cut).bars,
    );
    assert.deepEqual(other.slice(0, cut), whole.slice(0, cut));
    assert.notDeepEqual(other[cut], whole[cut]);
  }
});

test("what a fill costs was known before its bar opened, but for the open and the volume", () => {
  const columns = columnsOf(bars);
  for (const index of [0, 1, 63, 64, 65, 300, 1399]) {
    const open = columns.open[index] ?? 0;
    const volume = columns.volume[index] ?? 0;
    const past = index === 0 ? null : naiveFeatures(columns, index - 1, Number.NaN);
    const depth = past?.meanVolume ?? 0;
    const impact = depth > 0 ? (open * 1 * (past?.sigma ?? 0)) / Math.sqrt(depth) : 0;
    assert.deepEqual(
      {
        cap: whole[index]?.["cap"],
        halfSpread: whole[index]?.["halfSpread"],
        impact: whole[index]?.["impact"],
      },
      { cap: Math.floor(volume * 0.05), halfSpread: open * 0.00005, impact },
      `bar ${index}`,
    );
  }
});

test("the scales of the agents' own features are what their formulas say", () => {
  const columns = columnsOf(bars);
  const f = Math.fround;
  for (const index of [0, 63, 64, 300, 1399]) {
    const { sigma, meanVolume, values } = naiveFeatures(columns, index, Number.NaN);
    const close = columns.close[index] ?? 0;
    const scalars = whole[index]?.["scalars"] as readonly number[];
    const room = 0.05 * meanVolume * (10 * close);
    assert.equal(scalars[barScalar.sizeScale], f(room > 0 ? 5 / room : 0));
    assert.equal(scalars[barScalar.stressScale], f(sigma * 8));
    assert.equal(scalars[barScalar.pnlScale], f(sigma > 0 ? 1 / (sigma * 8) : 0));
    const [trend, noise] = [values[3] ?? 0, Math.abs(values[7] ?? 0)];
    assert.equal(scalars[barScalar.trend], f(trend * (1 - Math.min(noise, 1))));
    const drop = ((close - (columns.low[index] ?? 0)) / close) * 8;
    const rise = (((columns.high[index] ?? 0) - close) / close) * 8;
    assert.equal(scalars[barScalar.dropFromClose], f(drop));
    assert.equal(scalars[barScalar.riseToClose], f(rise));
  }
});

test("effective features are counted: none in the warm-up, up to twelve later", () => {
  for (const [index, row] of whole.entries()) {
    const bits = Number(row["mask"]).toString(2).replaceAll("0", "").length;
    assert.equal(row["effective"], Number(row["mask"]) === 0 ? 0 : bits, `bar ${index}`);
    assert.equal(row["effective"] === 0, index < 64);
  }
});

test("funding due is a fraction of the position's value, and 0 where nothing is due", () => {
  assert.deepEqual(
    [0, 1, 32, 96].map((index) => whole[index]?.["funding"]),
    [-0.00025, 0, 0.0003, -0.00025],
  );
});

test("a share of the volume is whole lots: 29 % of 100 are 29, not 28", () => {
  const even: BarSource = {
    ...bars,
    read(start, count, into) {
      bars.read(start, count, into);
      into.volume.fill(100, 0, count);
    },
  };
  const frames = framesOf(even, { participationPpm: 290000 });
  frames.maker.fill(0, 3);
  assert.deepEqual(Array.from(frames.world.cap.subarray(0, 3)), [29, 29, 29]);
});
