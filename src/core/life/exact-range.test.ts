import assert from "node:assert/strict";
import { test } from "node:test";
import { settleInArena } from "#support";
import { meta, status } from "../world/words.ts";

const limit = 2 ** 53;

test("a bar that lifts two opposite positions beyond 2^53 is an overflow, though they cancel", () => {
  const lots = 3000000001;
  const value = lots * 10 * 1000;
  const world = settleInArena({
    bar: { open: 1000, close: 400000 },
    maxLeverage: 1,
    tiers: [{ lots: limit, rate: 0 }],
    agents: [
      { cash: value, position: lots },
      { cash: 3 * value, position: -lots },
    ],
  });
  assert.equal(world.meta[meta.status], status.capitalOverflow);
});

test("trades that pass 2^53 within one bar are an overflow, though nothing is held after it", () => {
  const lots = 3000000001;
  const value = lots * 10 * 1000;
  const world = settleInArena({
    bar: { open: 400000, close: 1000, volume: 10000000000 },
    prevClose: 1000,
    maxLeverage: 1,
    tiers: [{ lots: limit, rate: 0 }],
    agents: [
      { cash: value, position: lots, order: -lots },
      { cash: 3 * value, position: -lots, order: lots },
    ],
  });
  assert.equal(world.meta[meta.status], status.capitalOverflow);
});

test("ordinary money is no overflow", () => {
  const world = settleInArena({
    bar: { open: 400000, close: 401000 },
    agents: [{ cash: 20000000000, position: 5000 }],
  });
  assert.equal(world.meta[meta.status], status.boundary);
});
