import { test } from "node:test";
import fc from "fast-check";
import { createStream } from "#base";
import { type Decider, reconcileRun, syntheticMarket } from "#support";

test("an independent ledger agrees on a whole busy run: books, events and conservation", () => {
  reconcileRun({ market: syntheticMarket({ bars: 1200, seed: 7, volatility: 90 }) });
});

test("it agrees over drawn seasons with reboots", () => {
  const market = syntheticMarket({ bars: 400, seed: 3, volatility: 250 });
  reconcileRun({
    market,
    config: {
      population: 6,
      max_agents: 20,
      max_leverage_ppm: 60000000,
      living_cost_ppm_per_tick: 9000,
      max_reboots: 3,
      review_ticks: 7,
      seasons: { kind: "drawn", count: 9, bars: 61 },
    },
  });
});

/** Orders without a genome behind them: any size up to the limit, on any side, at any time. */
function randomOrders(seed: number, eagerness: number): Decider {
  const stream = createStream({ seed, stream: "fault", id: 0 });
  return (agent, most) => {
    const [wish, side, size] = [stream.uniform(), stream.uniform(), stream.uniform()];
    if (wish > eagerness) return 0;
    if (agent.lots !== 0n) return -Number(agent.lots);
    const lots = Math.ceil(size * Math.max(most, 0));
    return side < 0.5 ? -lots : lots;
  };
}

test("it agrees whatever agents decide: 80 random worlds with random orders", () => {
  const world = fc.record({
    seed: fc.integer({ min: 0, max: 1000000 }),
    population: fc.integer({ min: 1, max: 12 }),
    room: fc.integer({ min: 0, max: 8 }),
    volatility: fc.constantFrom(1, 30, 200, 900),
    volume: fc.constantFrom(0, 50, 30000, 3000000),
    leverage: fc.integer({ min: 1, max: 100 }),
    fundingEvery: fc.constantFrom(0, 1, 32),
    takerFee: fc.constantFrom(0, 1, 500, 100000),
    livingCost: fc.constantFrom(0, 1, 400, 20000),
    reviewTicks: fc.constantFrom(1, 7, 64, 50),
    cull: fc.constantFrom(0, 50000, 600000),
    splitReturn: fc.constantFrom(1000, 60000),
    reboots: fc.integer({ min: 0, max: 2 }),
    share: fc.constantFrom(1, 500000, 800000, 999999),
    cap: fc.constantFrom(1, 50000, 290000, 1000000),
    drawn: fc.boolean(),
    eagerness: fc.constantFrom(0.05, 0.6),
    fast: fc.boolean(),
  });
  fc.assert(
    fc.property(world, (draw) => {
      const { seed, population, volatility, volume, fundingEvery } = draw;
      const market = syntheticMarket({ bars: 150, seed, volatility, volume, fundingEvery });
      reconcileRun({
        market,
        seed,
        kernel: draw.fast ? "simd" : "reference",
        decide: randomOrders(seed, draw.eagerness),
        config: {
          population,
          max_agents: population + draw.room,
          max_leverage_ppm: draw.leverage * 1000000,
          taker_fee_ppm: draw.takerFee,
          living_cost_ppm_per_tick: draw.livingCost,
          review_ticks: draw.reviewTicks,
          review_cull_ppm: draw.cull,
          split_return_ppm: draw.splitReturn,
          max_reboots: draw.reboots,
          allocation_ratio_ppm: draw.share,
          participation_cap_ppm: draw.cap,
          seasons: draw.drawn ? { kind: "drawn", count: 3, bars: 50 } : { kind: "whole_window" },
        },
      });
    }),
    { seed: 20261121, numRuns: 80 },
  );
});
