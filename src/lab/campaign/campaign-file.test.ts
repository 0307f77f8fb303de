import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCampaignFile } from "./campaign-file.ts";

test("every key of a campaign file is read as it stands", () => {
  const file = {
    name: "first",
    dataset: "btc-15m",
    window: "TRAIN:2022-01-01..2024-01-01",
    seeds: [9, 3],
    kernel: "reference",
    behaviors: true,
    workers: 2,
    world: { population: 50, seasons: { kind: "whole_window" } },
  };
  assert.deepEqual(parseCampaignFile(JSON.stringify(file), "c.json"), { ok: true, value: file });
  assert.deepEqual(parseCampaignFile("{}", "c.json"), { ok: true, value: {} });
});

test("an unknown key, a wrong kind and broken JSON are named with the file", () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['{"population": 5}', "c.json", /unknown key "population".*belong under world/],
    ['{"seeds": 0}', "c.json", /^seeds: /],
    ['{"kernel": "gpu"}', "c.json", /^kernel: /],
    ['{"workers": "2"}', "c.json", /^workers: /],
    ["[]", "c.json", /^the config: /],
    ['{\n  "seeds": 3,\n}', "c.json:3", /^the config is no JSON: /],
    ['{"seeds": 3, "seeds": 4}', "c.json:1", /duplicate member "seeds"/],
  ];
  for (const [text, at, message] of refused) {
    const read = parseCampaignFile(text, "c.json");
    assert.ok(!read.ok, text);
    assert.equal(read.fault.at, at);
    assert.match(read.fault.message, message);
  }
});
