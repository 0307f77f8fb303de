import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  busyConfig,
  eventsOf,
  type MemoryRun,
  type MemoryRunSpec,
  type ReconcileSpec,
  reconcileRun,
  runInMemory,
  scriptedMarket,
  syntheticMarket,
  withOtherFuture,
} from "#support";
import type { Kernel } from "../world/kernel-port.ts";
import { meta } from "../world/words.ts";
import type { RunEvent } from "./events.ts";
import type { RunInputs } from "./run.ts";
import { runWorld } from "./run-world.ts";

const market = syntheticMarket({ bars: 700, seed: 11, volatility: 120 });

/** What the ticks up to this one had to say; the ends of season and run belong to its length. */
function storyUntil(run: MemoryRun, tick: number): readonly string[] {
  return run.events.filter((text) => {
    const event = JSON.parse(text) as RunEvent;
    const isEnd =
      event.type === "survivor" ||
      event.type === "season" ||
      (event.type === "ledger" && (event.cause === "end" || event.cause === "season_end"));
    return event.at.tick <= tick && !isEnd;
  });
}

test("a run on a shorter window is the beginning of the longer run", () => {
  const whole = runInMemory({ market });
  for (const bars of [1, 2, 3, 64, 65, 511, 512, 513, 699]) {
    const window = { start_index: 0, end_index_exclusive: bars };
    const part = runInMemory({ market, window });
    assert.equal(part.outcome.ticks, bars);
    assert.equal(part.outcome.end, "window_end");
    // In its last bar the shorter run closes its positions.
    assert.deepEqual(storyUntil(part, bars - 1), storyUntil(whole, bars - 1), `${bars} bars`);
  }
});

test("a run that stopped after a tick is the longer run up to that tick, and says so", () => {
  const whole = runInMemory({ market });
  for (const tick of [1, 2, 63, 64, 65, 90, 511, 512, 513, 699]) {
    const part = runInMemory({ market, stopAfterTick: tick });
    assert.equal(part.outcome.ticks, tick);
    assert.equal(part.outcome.end, "stopped");
    assert.deepEqual(storyUntil(part, tick), storyUntil(whole, tick), `tick ${tick}`);
    assert.equal(storyUntil(part, tick).length + endOf(part), part.events.length);
  }
});

/** Events that close a record: two season edges, the last ledger, the survivors. */
function endOf(run: MemoryRun): number {
  return 3 + run.outcome.alive_agents;
}

test("a stop request is honoured between chunks, and a replay that stops there is the same", () => {
  let asked = 0;
  const stopRequested = (): boolean => {
    asked += 1;
    return true;
  };
  const stopped = runInMemory({ market, stopRequested });
  assert.equal(stopped.outcome.ticks, 512);
  assert.equal(asked, 1);
  const replayed = runInMemory({ market, stopAfterTick: 512 });
  assert.deepEqual(replayed.events, stopped.events);
  assert.deepEqual(replayed.outcome, stopped.outcome);
});

test("a stop that comes in the last bar or before the first one finds nothing to stop", () => {
  const window = { start_index: 0, end_index_exclusive: 90 };
  const whole = runInMemory({ market, window });
  assert.equal(whole.outcome.end, "window_end");
  for (const late of [{ stopAfterTick: 90 }, { stopAfterTick: 0 }, { stopRequested: () => true }]) {
    const run = runInMemory({ market, window, ...late });
    assert.deepEqual(run.outcome, whole.outcome);
    assert.deepEqual(run.events, whole.events);
  }
});

test("an independent ledger agrees with a run that stops in the middle", () => {
  for (const stopAfterTick of [1, 100, 512]) reconcileRun({ market, stopAfterTick });
});

test("a kernel that has lived a run before is refused: its memory is not empty", () => {
  const used = runInMemory({ market, stopAfterTick: 3 });
  const kernel: Kernel = {
    id: "reference",
    codeSha256: null,
    world: used.world,
    loadPanel: () => undefined,
    run: () => 0,
  };
  const again: RunInputs = {
    config: busyConfig(market, 90),
    seed: 1,
    instrument: market.instrument,
    bars: market.bars,
    window: { start_index: 0, end_index_exclusive: 90 },
    kernel,
    listener: () => undefined,
    control: { stopRequested: () => false, stopAfterTick: null, progress: () => undefined },
  };
  assert.throws(() => runWorld(again), /fresh kernel/);
});

test("how often the kernel comes back changes nothing: pauses are for the eye alone", () => {
  const world = fc.record({
    seed: fc.integer({ min: 0, max: 100000 }),
    volatility: fc.constantFrom(20, 150, 400),
    population: fc.integer({ min: 1, max: 25 }),
    leverage: fc.integer({ min: 1, max: 60 }),
    reviewTicks: fc.constantFrom(1, 30, 64),
    fast: fc.boolean(),
    drawn: fc.boolean(),
  });
  fc.assert(
    fc.property(world, ({ seed, volatility, population, leverage, reviewTicks, fast, drawn }) => {
      const spec: MemoryRunSpec = {
        market: syntheticMarket({ bars: 260, seed, volatility }),
        seed,
        kernel: fast ? "simd" : "reference",
        config: {
          population,
          max_agents: population + 9,
          max_leverage_ppm: leverage * 1000000,
          review_ticks: reviewTicks,
          max_reboots: 2,
          seasons: drawn ? { kind: "drawn", count: 3, bars: 90 } : { kind: "whole_window" },
        },
      };
      const [calm, hasty] = [runInMemory(spec), runInMemory({ ...spec, impatient: true })];
      assert.deepEqual(hasty.events, calm.events);
      assert.deepEqual(hasty.outcome, calm.outcome);
    }),
    { seed: 20261121, numRuns: 40 },
  );
});

test("bars to come change nothing that happened before them", () => {
  const whole = runInMemory({ market });
  for (const cut of [1, 65, 300, 512, 600]) {
    const other = runInMemory({ market: withOtherFuture(market, cut) });
    assert.deepEqual(storyUntil(other, cut), storyUntil(whole, cut));
    assert.notDeepEqual(storyUntil(other, 700), storyUntil(whole, 700));
  }
});

test("orders decided in a bar meet the open of the next one, never their own bar", () => {
  let decisions = 0;
  const run = reconcileRun({
    market: scriptedMarket([400000, 410000, 390000, 395000, 395000]),
    config: {
      population: 1,
      max_agents: 1,
      half_spread_ppm: 0,
      taker_fee_ppm: 0,
      living_cost_ppm_per_tick: 0,
      max_leverage_ppm: 1000000,
    },
    decide: () => {
      decisions += 1;
      return decisions === 1 ? 1000 : 0;
    },
  });
  assert.equal(decisions, 4);
  // Decided at the close of 400000, bought at the open of 400000, sold at the end at 395000.
  const [survivor] = eventsOf(run, "survivor");
  assert.equal(survivor?.life.trade_flow_micro, 1000 * 10 * (395000 - 400000));
});

test("founders decide in the first bar of the run", () => {
  const window = { start_index: 100, end_index_exclusive: 103 };
  let tick = 0;
  runInMemory({
    market,
    window,
    watch: {
      decided(world) {
        tick += 1;
        const alive = world.meta[meta.alive] ?? 0;
        const silent = world.lastSignal.subarray(0, alive).filter((signal) => signal === 0);
        assert.equal(silent.length, 0, `tick ${tick}`);
      },
    },
  });
  assert.equal(tick, 2);
});

test("the elite is chosen anew every 64 ticks and at no other time", () => {
  let tick = 0;
  let elite = "";
  let members = 0;
  const changes: number[] = [];
  runInMemory({
    market,
    window: { start_index: 100, end_index_exclusive: 400 },
    // Nobody dies in this world, so no place falls empty.
    config: { review_cull_ppm: 0, living_cost_ppm_per_tick: 0, max_leverage_ppm: 1000000 },
    watch: {
      decided(world) {
        tick += 1;
        const alive = world.meta[meta.alive] ?? 0;
        const marks = Array.from(world.elite.subarray(0, alive)).join("").replace(/0+$/, "");
        if (marks !== elite) changes.push(tick);
        elite = marks;
        if (tick % 64 === 0) members = Math.ceil(alive / 10);
        assert.equal(world.meta[meta.eliteCount], members);
      },
    },
  });
  assert.deepEqual(changes, [64, 128, 192, 256]);
});

test("a world of one agent and no free slot lives on any window, also one of a single bar", () => {
  for (const bars of [1, 2, 3, 70]) {
    for (const kernel of ["reference", "simd"] as const) {
      const run = reconcileRun({
        kernel,
        market,
        window: { start_index: 5, end_index_exclusive: 5 + bars },
        config: { population: 1, max_agents: 1, review_ticks: 1 },
      });
      assert.equal(run.outcome.ticks, bars);
      assert.equal(run.outcome.agents_ever, run.outcome.founders + run.outcome.births);
    }
  }
});

test("every season may be as long as the window, and a review may fall on its last bar", () => {
  const run = reconcileRun({
    market,
    window: { start_index: 100, end_index_exclusive: 164 },
    config: {
      review_ticks: 64,
      review_cull_ppm: 300000,
      seasons: { kind: "drawn", count: 4, bars: 64 },
    },
  });
  assert.equal(run.outcome.ticks, 256);
  const reviews = eventsOf(run, "ledger").filter(({ cause }) => cause === "review");
  assert.deepEqual(
    reviews.map(({ at }) => at.tick),
    [64, 128, 192, 256],
  );
  assert.ok(run.outcome.deaths_by_reason.review_culled > 0);
});

test("agents that cannot afford one lot hold on without an order", () => {
  // A price at which 100 lots are just affordable, then nothing is.
  const closes = Array.from({ length: 70 }, () => 1000000);
  const run = runInMemory({
    market: scriptedMarket([...closes, ...closes.map((close, index) => close + 7 * index * 1000)]),
    config: {
      population: 2,
      max_agents: 2,
      initial_total_capital_micro: 20000000,
      max_leverage_ppm: 1000000,
      living_cost_ppm_per_tick: 0,
    },
  });
  const fence = run.outcome.fences.find(({ fence_id }) => fence_id === "fence_order_size_zero");
  assert.ok((fence?.block_count ?? 0) > 0);
  assert.equal(run.outcome.orders.placed, 0);
});

test("prices and lots at the edge of exact arithmetic add up to the micro-unit", () => {
  const walk = syntheticMarket({ bars: 200, seed: 5, volatility: 150, volume: 2000000000 });
  const instrument = { ...walk.instrument, micro_per_lot_tick: 100000 };
  const run = reconcileRun({
    market: { ...walk, instrument },
    config: {
      population: 3,
      max_agents: 9,
      max_leverage_ppm: 1000000,
      initial_total_capital_micro: Math.floor((2 ** 53 - 1) / 64),
    },
    decide: (agent, most) => (agent.lots === 0n ? (agent.id % 2 === 0 ? most : -most) : 0),
  });
  assert.ok(run.outcome.births > 0 && run.outcome.orders.filled > 3);
});

test("money that one bar lifts past 2^53 is a defect, not a result", () => {
  // Held while one bar lifts the price a thousandfold, past the ceiling and the bound behind it.
  const closes = [10000, 10000, 10000, 10000000, 10000000];
  const rich = {
    market: scriptedMarket(closes, { volume: 2 ** 45 }),
    config: {
      population: 1,
      max_agents: 1,
      max_leverage_ppm: 1000000,
      initial_total_capital_micro: Math.floor((2 ** 53 - 1) / 64),
      split_return_ppm: 100000000,
      participation_cap_ppm: 1000000,
      living_cost_ppm_per_tick: 0,
    },
  };
  const instrument = {
    ...rich.market.instrument,
    margin_tiers: [{ max_lots: 2 ** 50, mmr_ppm: 4000, imr_ppm: 10000, max_leverage: 100 }],
  };
  assert.throws(
    () =>
      reconcileRun({
        ...rich,
        market: { ...rich.market, instrument },
        decide: (agent, most) => (agent.lots === 0n ? most : 0),
      }),
    /capital left the exact range at tick \d+/,
  );
});

test("the ceiling is looked at in every tick, whether or not anything else happens in it", () => {
  // A single bar at six times the price, far from any review, census, chunk or death.
  const closes = Array.from({ length: 90 }, (_, index) => (index === 29 ? 2400000 : 400000));
  const rich: ReconcileSpec = {
    market: scriptedMarket(closes, { volume: 2 ** 45 }),
    config: {
      population: 1,
      max_agents: 1,
      max_leverage_ppm: 1000000,
      allocation_ratio_ppm: 900000,
      initial_total_capital_micro: 140000000000000,
      split_return_ppm: 100000000,
      participation_cap_ppm: 1000000,
      living_cost_ppm_per_tick: 0,
    },
    decide: (agent) => (agent.lots === 0n ? 30000000 : 0),
  };
  const tiers = [{ max_lots: 2 ** 40, mmr_ppm: 4000, imr_ppm: 10000, max_leverage: 100 }];
  const instrument = { ...rich.market.instrument, margin_tiers: tiers };
  const spec = { ...rich, market: { ...rich.market, instrument } };
  const whole = reconcileRun(spec);
  assert.deepEqual([whole.outcome.end, whole.outcome.ticks], ["capital_ceiling", 30]);
  for (const stopAfterTick of [30, 31, 60]) {
    assert.deepEqual(reconcileRun({ ...spec, stopAfterTick }).events, whole.events);
  }
  assert.deepEqual(reconcileRun({ ...spec, kernel: "reference" }).events, whole.events);
});

test("a world that grows too rich to count ends with its books closed, in both kernels", () => {
  const market = syntheticMarket({ bars: 2000, seed: 4, outageEvery: 0 });
  const config = {
    population: 40,
    // Leaves no room to grow: the first look at the capital finds the ceiling.
    initial_total_capital_micro: 50000000000000,
    max_leverage_ppm: 20000000,
  };
  const fast = runInMemory({ market, config });
  assert.equal(fast.outcome.end, "capital_ceiling");
  assert.ok(fast.outcome.ticks < 2000 && fast.outcome.alive_agents > 0);
  const fence = fast.outcome.fences.find(({ fence_id }) => fence_id === "fence_capital_ceiling");
  assert.equal(fence?.block_count, 1);
  assert.deepEqual(runInMemory({ market, config, kernel: "reference" }).events, fast.events);
});
