import assert from "node:assert/strict";
import { test } from "node:test";
import type { VenueInstrument } from "#venues";
import { amountText } from "./amount.ts";
import { sizesOf } from "./sizes.ts";

const swap = {
  instId: "BTC-USDT-SWAP",
  instType: "SWAP",
  baseCcy: null,
  quoteCcy: null,
  settleCcy: "USDT",
  ctValCcy: "BTC",
  ctVal: "0.01",
  tickSz: "0.1",
  lotSz: "0.01",
  minSz: "0.02",
  state: "live",
} as unknown as VenueInstrument;

test("sizes and prices of a swap are whole lots and ticks, and worth whole micro-units", () => {
  const sizes = sizesOf(swap);
  assert.ok(sizes.ok);
  const { toLots, fromLots, toTicks, valueOf, microPerLotTick, minLots } = sizes.value;
  assert.deepEqual([toLots("0.03"), fromLots(3), toTicks("60000.1")], [3, "0.03", 600_001]);
  assert.deepEqual([microPerLotTick, minLots], [10, 2]);
  assert.equal(amountText(valueOf(3, "60000.1")), "18.00003");
  assert.equal(amountText(valueOf(-3, "60000.15")), "-18.000045");
});

test("what lies between two places of the grid is refused, never rounded", () => {
  const sizes = sizesOf(swap);
  assert.ok(sizes.ok);
  assert.equal(sizes.value.toLots("0.015"), null);
  assert.equal(sizes.value.toTicks("60000.15"), null);
  assert.equal(sizes.value.toLots("much"), null);
});

test("instruments whose profit is not lots times ticks are refused with the reason", () => {
  const changes: readonly (readonly [string, Partial<VenueInstrument>])[] = [
    ["agents trade linear swaps", { instType: "SPOT" }],
    ["not linear", { settleCcy: "BTC" }],
    ["less than a millionth", { ctVal: "0.00000001" }],
    ["its tick is no positive decimal", { tickSz: "0" }],
  ];
  for (const [why, change] of changes) {
    const sizes = sizesOf({ ...swap, ...change });
    assert.equal(sizes.ok ? "" : sizes.fault.message.includes(why), true, why);
  }
});
