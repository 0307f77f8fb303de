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

test("30 seeds of 200 agents on the recorded swap of 2022 to 2024", { skip }, async (t) => {
  const root = join(makeFolder(), "recorded");
  await importRecordedMarket(root);
  const window = ["--window", "TRAIN:2022-01-01..2025-01-01"];
  const shape = ["--dataset", "okx-btc-15m", "--population", "200", "--seeds", "30"];
  const evolved = await assay(["evolve", ...shape, ...window, "--root", root, "--json"]);
  assert.equal(evolved.code, 0, evolved.stderr);

  const { runs, counts } = readCampaign(evolved.stdout);
  assert.equal(runs.length, 30);
  // What the market and the world bring about is reported as it is; nothing is asserted of it.
  for (const [name, count] of Object.entries(counts)) {
    t.diagnostic(count === 0 ? `${name}: does not occur` : `${name}: ${count}`);
  }
  const share = (counts["founders on both sides"] ?? 0) / (counts["founders"] ?? 1);
  t.diagnostic(`share of founders that traded on both sides: ${share.toFixed(3)}`);

  let records = 0;
  for (const run of runs) {
    const verified = await assay(["verify", run, "--root", root, "--integrity-only", "--json"]);
    assert.equal(verified.code, 0, verified.stdout);
    records += (JSON.parse(verified.stdout) as { records_read: number }).records_read;
    const replayed = await assay(["replay", run, "--root", root]);
    assert.equal(replayed.code, 0, replayed.stdout);
  }
  t.diagnostic(`verified records: ${records}`);
  for (const run of runs.slice(0, 3)) {
    const replayed = await assay(["replay", run, "--root", root, "--kernel", "reference"]);
    assert.equal(replayed.code, 0, replayed.stdout);
  }
});
