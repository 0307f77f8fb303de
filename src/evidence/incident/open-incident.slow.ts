import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryRoot } from "#support";
import { enumerateOpeningCrashes } from "./opening-crashes.ts";

test("an opening with folders inside the run is whole or nothing at any crash and fault", (t) => {
  using root = temporaryRoot();
  const counted = enumerateOpeningCrashes(root.path, {
    "run_manifest.json": `{"run_id":"HF_0000000000000001"}\n`,
    "agent_roster.json": `{"agents":[${"0,".repeat(400)}0]}\n`,
    "raw/shard_index.json": "{}\n",
    "deaths.jsonl": "{}\n",
  });
  t.diagnostic(`opening: ${JSON.stringify(counted)}`);
  assert.ok(counted.states > 4000);
});
