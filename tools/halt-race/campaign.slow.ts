import assert from "node:assert/strict";
import { test } from "node:test";
import { runHaltRaces } from "./campaign.ts";
import { missed, summaryOf } from "./tally.ts";

test("200 races: nothing is sent behind a halt, and the last order is taken in time", async (t) => {
  const tell = (): void => undefined;
  const options = { races: 200, seed: 12, blockEvery: 4, commandEvery: 50, tell };
  const summary = summaryOf(await runHaltRaces(options));
  t.diagnostic(JSON.stringify(summary));
  assert.deepEqual(summary.wrong, []);
  assert.deepEqual(missed(summary), []);
});
