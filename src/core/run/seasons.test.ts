import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { columnsOf, eventsOf, type MemoryRunSpec, runInMemory, syntheticMarket } from "#support";
import type { WorldConfig } from "../world/config.ts";
import { meta } from "../world/words.ts";
import type { BirthEvent, SeasonEvent } from "./events.ts";
import { drawSeasons } from "./seasons.ts";

const window = { start_index: 100, end_index_exclusive: 400 };

test("drawn seasons lie inside the window and repeat for the same seed", () => {
  const plan = fc.record({
    seed: fc.integer({ min: 0, max: 1000000 }),
    bars: fc.integer({ min: 2, max: 300 }),
    count: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(plan, ({ seed, bars, count }) => {
      const seasons = drawSeasons({ kind: "drawn", bars, count }, window, seed);
      assert.equal(seasons.length, count);
      for (const { start, bars: length } of seasons) {
        assert.equal(length, bars);
        assert.ok(start >= window.start_index && start + length <= window.end_index_exclusive);
      }
      assert.deepEqual(seasons, drawSeasons({ kind: "drawn", bars, count }, window, seed));
      // A longer plan begins with the shorter one: each season has a draw of its own.
      const longer = drawSeasons({ kind: "drawn", bars, count: count + 3 }, window, seed);
      assert.deepEqual(longer.slice(0, count), seasons);
    }),
    { seed: 20261121, numRuns: 200 },
  );
});

test("every start is drawn about equally often, the last possible one too", () => {
  const plan = { kind: "drawn", bars: 291, count: 4000 } as const;
  const hits = Array.from({ length: 10 }, () => 0);
  for (const { start } of drawSeasons(plan, window, 5)) {
    hits[start - 100] = (hits[start - 100] ?? 0) + 1;
  }
  for (const count of hits) assert.ok(count > 330 && count < 470, hits.join(" "));
});

test("a season as long as the window is the window, whatever the seed", () => {
  const whole = [{ start: 100, bars: 300 }];
  assert.deepEqual(drawSeasons({ kind: "whole_window" }, window, 9), whole);
  for (const seed of [0, 1, 2 ** 53 - 1]) {
    assert.deepEqual(drawSeasons({ kind: "drawn", bars: 300, count: 1 }, window, seed), whole);
  }
});

const restless: Partial<WorldConfig> = {
  population: 30,
  max_agents: 200,
  split_return_ppm: 1000,
  review_cull_ppm: 0,
  living_cost_ppm_per_tick: 0,
  seasons: { kind: "drawn", count: 6, bars: 70 },
};
const market = syntheticMarket({ bars: 400, seed: 3, volatility: 250 });
const spec: MemoryRunSpec = { market, config: restless };

test("ticks count on over the seasons, and bars are those of the season", () => {
  const run = runInMemory(spec);
  const seasons = drawSeasons(
    { kind: "drawn", count: 6, bars: 70 },
    { start_index: 0, end_index_exclusive: 400 },
    1,
  );
  const edges = eventsOf(run, "season");
  assert.equal(edges.length, 12);
  for (const [index, { start }] of seasons.entries()) {
    const [opened, closed] = [edges[2 * index], edges[2 * index + 1]] as SeasonEvent[];
    assert.deepEqual(
      [opened?.edge, opened?.at.tick, opened?.at.bar_index],
      ["start", 70 * index, start],
    );
    assert.deepEqual(
      [closed?.edge, closed?.at.tick, closed?.at.bar_index],
      ["end", 70 * (index + 1), start + 69],
    );
    assert.equal(opened?.start_index, start);
  }
});

test("positions are closed at the last bar of a season at cost, and no order survives it", () => {
  const { ts_ms: times } = columnsOf(market.bars);
  let tick = 0;
  let held = 0;
  const run = runInMemory({
    ...spec,
    watch: {
      settled(world) {
        tick += 1;
        const alive = world.meta[meta.alive] ?? 0;
        const positions = world.position.subarray(0, alive).filter((lots) => lots !== 0);
        if (tick % 70 === 0) held += positions.length;
        if (tick % 70 === 1) assert.equal(positions.length, 0, "held over the gap");
      },
    },
  });
  const fence = run.outcome.fences.find(({ fence_id }) => fence_id === "fence_season_end");
  assert.ok(held > 100);
  assert.equal(fence?.block_count, held);
  assert.equal(run.outcome.orders.forced_closes >= held, true);
  for (const event of eventsOf(run, "season")) {
    assert.equal(event.at.ts_ms, times[event.at.bar_index]);
  }
});

test("closing at a season's end costs fees, like any trade", () => {
  const paid = (config: Partial<WorldConfig>): number => {
    const run = runInMemory({ market, config: { ...restless, ...config } });
    const ledgers = eventsOf(run, "ledger");
    return ledgers.at(-1)?.totals.fees_micro ?? 0;
  };
  assert.ok(paid({}) > paid({ taker_fee_ppm: 0 }));
  assert.equal(paid({ taker_fee_ppm: 0 }), 0);
});

test("agents born in the last bar of a season decide in the first bar of the next", () => {
  const born: BirthEvent[] = [];
  let tick = 0;
  let checked = 0;
  runInMemory({
    ...spec,
    listen(event) {
      if (event.type === "birth" && event.origin === "split") born.push(event);
    },
    watch: {
      settled: () => {
        tick += 1;
      },
      decided(world) {
        if (tick % 70 !== 1) return;
        const late = born.filter(({ at }) => at.tick === tick - 1).length;
        const alive = world.meta[meta.alive] ?? 0;
        // Children sit in the last slots and have said nothing before.
        for (let slot = alive - late; slot < alive; slot += 1) {
          assert.notEqual(world.lastSignal[slot], 0, `slot ${slot} in tick ${tick}`);
          checked += 1;
        }
      },
    },
  });
  assert.ok(checked > 0);
});

test("the first bar of a season sees the colony as the last one left it: alive and flat", () => {
  let tick = 0;
  runInMemory({
    ...spec,
    watch: {
      settled(world) {
        tick += 1;
        if (tick % 70 !== 1 || tick === 1) return;
        const { meta: m } = world;
        assert.equal(m[meta.prevAlive], m[meta.alive]);
        assert.deepEqual([m[meta.prevLongs], m[meta.prevShorts]], [0, 0]);
      },
    },
  });
  assert.equal(tick, 420);
});
