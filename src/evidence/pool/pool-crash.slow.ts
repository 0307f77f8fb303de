import assert from "node:assert/strict";
import { test } from "node:test";
import { crashWhileAppending, crashWhileTakingSnapshot } from "./pool-crash-scenario.ts";

test("every crash and fault while records are appended and signed", (t) => {
  const counted = crashWhileAppending(1);
  t.diagnostic(`appending: ${JSON.stringify(counted)}`);
  assert.ok(counted.states > 5000);
});

test("every crash and fault while a snapshot is written", (t) => {
  const counted = crashWhileTakingSnapshot(1);
  t.diagnostic(`snapshot: ${JSON.stringify(counted)}`);
  assert.ok(counted.states > 2000);
});
