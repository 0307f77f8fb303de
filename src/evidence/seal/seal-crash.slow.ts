import assert from "node:assert/strict";
import { test } from "node:test";
import { crashWhileSealing } from "./seal-crash-scenario.ts";

test("every crash and fault while a run is sealed", (t) => {
  const counted = crashWhileSealing(1);
  t.diagnostic(`sealing: ${JSON.stringify(counted)}`);
  assert.ok(counted.states > 5000);
});
