import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { withoutShared } from "#support";
import { assay, makeFolder } from "./assay.ts";
import {
  importRecordedMarket,
  readCampaign,
  recordedBars,
  recordedFunding,
} from "./recorded-market.ts";

const skip = withoutShared(...recordedBars) || withoutShared(...recordedFunding);

test("on a recorded swap with outages a campaign runs, verifies and replays", {
  skip,
}, async () => {
  const root = join(makeFolder(), "recorded");
  await importRecordedMarket(root);
  const window = ["--window", "TRAIN:2022-01-01..2024-01-01", "--seasons", "4x1000"];
  const shape = ["--dataset", "okx-btc-15m", "--population", "80", "--seeds", "2"];
  const evolved = await assay(["evolve", ...shape, ...window, "--root", root, "--json"]);
  assert.equal(evolved.code, 0, evolved.stderr);
  const { runs, counts } = readCampaign(evolved.stdout);
  assert.ok((counts["orders opened_long"] ?? 0) > 0 && (counts["orders opened_short"] ?? 0) > 0);
  assert.ok((counts["funding payments"] ?? 0) > 0);
  for (const run of runs) {
    const verified = await assay(["verify", run, "--root", root, "--integrity-only"]);
    assert.equal(verified.code, 0, verified.stdout);
    const replayed = await assay(["replay", run, "--root", root, "--kernel", "reference"]);
    assert.equal(replayed.code, 0, replayed.stdout);
  }
});
