import assert from "node:assert/strict";
import { test } from "node:test";
import { compareWithNaive } from "./oracle/differential.ts";
import { mixes } from "./oracle/mixes.ts";

const seeds = 8;
const commands = 50_000;

for (const { name, mix, model } of mixes) {
  test(`${seeds * commands} commands agree with the naive exchange: ${name} market`, () => {
    for (let seed = 101; seed < 101 + seeds; seed += 1) {
      const { difference } = compareWithNaive({
        mix: { ...mix, seed },
        model,
        commands,
        every: 250,
        clone: structuredClone,
      });
      assert.deepEqual(difference, null);
    }
  });
}
