import assert from "node:assert/strict";
import { test } from "node:test";
import { enumerateEntryCrashes } from "./entry-crashes.ts";
import { fix, note } from "./incident-fixture.ts";

test("three entries in a row survive every crash and fault on the way", (t) => {
  const counted = enumerateEntryCrashes([note, fix, note]);
  t.diagnostic(`three entries: ${JSON.stringify(counted)}`);
  assert.ok(counted.states > 5000);
});
