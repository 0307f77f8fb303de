import assert from "node:assert/strict";
import { test } from "node:test";
import { runHaltRaces } from "./campaign.ts";
import { percentiles, summaryOf } from "./tally.ts";

/** `npm run campaign:halt` runs a thousand, and holds them to their figures. */
test("no order is taken whose send began behind a halt", async (t) => {
  const tell = (): void => undefined;
  const options = { races: 20, seed: 11, blockEvery: 5, commandEvery: 19, tell };
  const summary = summaryOf(await runHaltRaces(options));
  t.diagnostic(JSON.stringify(summary));
  assert.deepEqual(summary.wrong, []);
  assert.equal(summary.races, 20);
  assert.equal(summary.blocked_races, 4);
  assert.ok(summary.orders > 20, "there was something to halt");
});

test("percentiles are values that were seen", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  assert.deepEqual(percentiles(values), { count: 200, p50: 100, p99: 198, max: 200 });
  assert.deepEqual(percentiles([7]), { count: 1, p50: 7, p99: 7, max: 7 });
  assert.equal(percentiles([]).p99, 0);
});
