import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createStream } from "#base";
import { act, type Kernel, layoutWorld, num, type World } from "#core";
import { type MemoryRunSpec, runInMemory, syntheticMarket } from "#support";
import { createReferenceKernel, createSimdKernel } from "./index.ts";

function assertSameRun(spec: MemoryRunSpec): void {
  const fast = runInMemory({ ...spec, kernel: "simd" });
  const slow = runInMemory({ ...spec, kernel: "reference" });
  assert.equal(fast.events.length, slow.events.length);
  for (const [index, text] of slow.events.entries()) assert.equal(fast.events[index], text);
  assert.deepEqual(fast.outcome, slow.outcome);
  assertSameWorld(fast.world, slow.world);
}

/** Every array of the living, bit for bit; empty lanes hold whatever their block left there. */
function assertSameWorld(fast: World, slow: World): void {
  const alive = slow.meta[0] ?? 0;
  assert.deepEqual(bytesOf(fast.num, num.words), bytesOf(slow.num, num.words));
  const names = ["cash", "position", "equity", "order", "age", "lastSignal", "slippage"] as const;
  for (const name of names) {
    assert.deepEqual(bytesOf(fast[name], alive), bytesOf(slow[name], alive), name);
  }
}

function bytesOf(view: Float64Array | Float32Array, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, length * view.BYTES_PER_ELEMENT);
}

test("a whole run is the same in both kernels, down to the last bit", () => {
  const market = syntheticMarket({ bars: 1500, seed: 7, volatility: 90 });
  const run = runInMemory({ market });
  const { deaths_by_reason: deaths, orders } = run.outcome;
  assert.ok(deaths.capital_depleted > 0 && deaths.liquidated > 0 && deaths.review_culled > 0);
  assert.ok(run.outcome.births > 0 && orders.unfilled > 0 && orders.funding_payments > 0);
  assertSameRun({ market });
});

test("linear genomes agree too", () => {
  const market = syntheticMarket({ bars: 700, seed: 3 });
  assertSameRun({ market, config: { genome_schema_version: "linear/1" } });
});

test("thin markets, where orders fill in part or not at all, agree too", () => {
  const market = syntheticMarket({ bars: 700, seed: 5, volume: 20000, outageEvery: 11 });
  const { orders } = runInMemory({ market }).outcome;
  assert.ok(orders.partial > 0);
  assertSameRun({ market });
});

test("any population on any market agrees: 60 random worlds", () => {
  const world = fc.record({
    seed: fc.integer({ min: 0, max: 1000000 }),
    population: fc.integer({ min: 1, max: 70 }),
    volatility: fc.integer({ min: 1, max: 300 }),
    volume: fc.constantFrom(50, 5000, 3000000),
    leverage: fc.integer({ min: 1, max: 100 }),
    linear: fc.boolean(),
    fundingEvery: fc.constantFrom(0, 1, 32),
  });
  fc.assert(
    fc.property(world, ({ population, leverage, linear, seed, ...mood }) => {
      const market = syntheticMarket({ bars: 300, seed, ...mood });
      assertSameRun({
        market,
        seed,
        config: {
          population,
          max_agents: population + 17,
          max_leverage_ppm: leverage * 1000000,
          genome_schema_version: linear ? "linear/1" : "twin-33-5-1/1",
        },
      });
    }),
    { seed: 20261121, numRuns: 60 },
  );
});

test("the activation of the compiled kernel is the specified one", () => {
  // One bar, one agent a lane: weights are chosen so that the signal is act(act(x) * 1).
  const reference = createReferenceKernel({ capacity: 8 });
  const simd = createSimdKernel({ capacity: 8 });
  const stream = createStream({ seed: 1, stream: "sample", id: 0 });
  for (let round = 0; round < 200; round += 1) {
    const values = Array.from({ length: 8 }, () => Math.fround(stream.gaussian() * 3));
    for (const kernel of [reference, simd]) prepareSignals(kernel, values);
    reference.run(0, 1, true);
    simd.run(0, 1, true);
    for (const [slot, value] of values.entries()) {
      assert.equal(simd.world.lastSignal[slot], reference.world.lastSignal[slot]);
      assert.equal(simd.world.lastSignal[slot], act(act(value)));
    }
  }
});

function prepareSignals(kernel: Kernel, values: readonly number[]): void {
  const { world } = kernel;
  world.meta[0] = values.length;
  world.num[num.capitalBase] = 1;
  world.effective[0] = 12;
  world.scalars[0] = 1;
  world.close[0] = 400000;
  for (const [slot, value] of values.entries()) {
    const genes = slot * (world.genomes.length / world.layout.capacity);
    world.genomes.fill(0, genes, genes + 342);
    world.genomes[genes] = value;
    world.genomes[genes + 165] = 1;
    world.genomes[genes + 340] = 2;
    world.equity[slot] = 1000000;
    world.lastSignal[slot] = 0;
    kernel.loadPanel(slot);
  }
}

test("the memory of a world is laid out without overlap and in whole cache lines", () => {
  const layout = layoutWorld({ capacity: 13 });
  assert.equal(layout.capacity, 16);
  const starts = Object.values(layout.at).sort((a, b) => a - b);
  assert.equal(new Set(starts).size, starts.length);
  for (const start of starts) assert.equal(start % 64, 0);
  assert.ok(layout.bytes > (starts.at(-1) ?? 0));
});
