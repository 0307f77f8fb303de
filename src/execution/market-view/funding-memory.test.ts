import assert from "node:assert/strict";
import { test } from "node:test";
import type { Funding } from "#venues";
import { createFundingMemory } from "./funding-memory.ts";

const hour = 3_600_000;

function announced(rate: string, hours: number): Funding {
  return { rate, fundingMs: hours * hour } as Funding;
}

test("the rate that is known is the last that fell due, never the announced one", () => {
  const memory = createFundingMemory();
  assert.equal(memory.knownAt(0).reason, "funding_not_read");
  memory.observe(announced("0.0001", 8));
  assert.deepEqual(memory.knownAt(7 * hour), { ppb: null, reason: "funding_not_due_yet" });
  memory.observe(announced("0.00015", 8));
  assert.deepEqual(memory.knownAt(8 * hour), { ppb: 150_000, reason: null });
  memory.observe(announced("-0.0002", 16));
  assert.deepEqual(memory.knownAt(15 * hour), { ppb: 150_000, reason: null });
  assert.deepEqual(memory.knownAt(16 * hour), { ppb: -200_000, reason: null });
});

test("a rate says nothing long after it", () => {
  const memory = createFundingMemory();
  memory.observe(announced("0.0001", 8));
  assert.deepEqual(memory.knownAt(20 * hour), { ppb: null, reason: "funding_too_old" });
});
