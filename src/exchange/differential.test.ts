import assert from "node:assert/strict";
import { test } from "node:test";
import { compareWithNaive } from "./oracle/differential.ts";
import { mixes } from "./oracle/mixes.ts";

for (const [index, { name, mix, model }] of mixes.entries()) {
  test(`the engine does what the naive exchange does: ${name} market, queue model ${model}`, () => {
    const { difference, seen } = compareWithNaive({
      mix: { ...mix, seed: index + 1 },
      model,
      commands: 4000,
      every: 1,
      clone: structuredClone,
    });
    assert.deepEqual(difference, null);
    for (const kind of ["fill", "order_amended", "self_trade_prevented", "funding", "accepted"]) {
      assert.ok((seen.get(kind) ?? 0) > 20, `${kind}: ${seen.get(kind)}`);
    }
    if (name !== "calm" && name !== "crowd") assert.ok((seen.get("liquidation") ?? 0) > 0);
    if (name === "whales") assert.ok((seen.get("tier_exceeded") ?? 0) > 20);
  });
}
