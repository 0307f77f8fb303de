import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { runKillCampaign } from "./campaign.ts";
import { emptyTally, idleness } from "./tally.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-kill-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A slice; `npm run campaign:kill` tells hundreds of stories. */
test("runs that were killed end without an order twice, or one that nobody recorded", async (t) => {
  process.env["NODE_COMPILE_CACHE"] ??= join(folder, "compiled");
  const tell = (line: string): void => t.diagnostic(line);
  const slice = { folder, first: 1, points: 4, seed: 1, clock: "x60", batch: 4, tell };
  const tally = await runKillCampaign(slice);
  assert.deepEqual(tally.wrong, []);
  assert.equal(tally.stories, 4);
  assert.equal(idleness(tally), null);
  assert.ok(tally.orders >= tally.ordersAtStake && tally.ordersAtStake > 0);
});

test("a campaign in which little was at stake says so", () => {
  const tally = { ...emptyTally(), stories: 4 };
  assert.equal(idleness({ ...tally, atStake: 3 }), null);
  assert.match(idleness({ ...tally, atStake: 2 }) ?? "", /of 4 stories 2 had orders at stake/);
  assert.match(idleness(emptyTally()) ?? "", /of 0 stories/);
});
