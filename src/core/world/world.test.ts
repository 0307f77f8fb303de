import assert from "node:assert/strict";
import { test } from "node:test";
import { runInMemory, syntheticMarket } from "#support";
import { layoutWorld } from "./layout.ts";
import { meta, status } from "./words.ts";
import { createWorld } from "./world.ts";

test("an empty slot neither dies nor splits, whether or not anybody ever lived in it", () => {
  const layout = layoutWorld({ capacity: 5 });
  const world = createWorld(new ArrayBuffer(layout.bytes), layout);
  for (let slot = 0; slot < layout.capacity; slot += 1) {
    assert.equal(world.equity[slot], 0);
    assert.equal(world.deathAt[slot], -1);
    assert.equal(world.splitAt[slot], Number.POSITIVE_INFINITY);
  }
});

test("kernels pause for the living alone: an odd colony in a calm market runs through", () => {
  for (const kernel of ["reference", "simd"] as const) {
    let pauses = 0;
    runInMemory({
      kernel,
      market: syntheticMarket({ bars: 60, seed: 1 }),
      config: { population: 3, max_agents: 4, living_cost_ppm_per_tick: 0 },
      watch: {
        settled: (world) => {
          if (world.meta[meta.status] === status.event) pauses += 1;
        },
      },
    });
    assert.equal(pauses, 0, kernel);
  }
});
