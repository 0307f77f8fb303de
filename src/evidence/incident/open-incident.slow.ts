import { test } from "node:test";
import { assertStated, temporaryRoot } from "#support";
import { enumerateOpeningCrashes } from "./opening-crashes.ts";

test("an opening with folders inside the run is whole or nothing at any crash and fault", (t) => {
  using root = temporaryRoot();
  const counted = enumerateOpeningCrashes(root.path, {
    "run_manifest.json": `{"run_id":"HF_0000000000000001"}\n`,
    "agent_roster.json": `{"agents":[${"0,".repeat(400)}0]}\n`,
    "raw/shard_index.json": "{}\n",
    "deaths.jsonl": "{}\n",
  });
  assertStated(t, "opening an incident of four files", counted);
});
