import "./broken-steps.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { breakAdmissions } from "./admitting-changes.ts";

test("an admission that is broken anywhere gives no proof, then and later", async (t) => {
  const counted = await breakAdmissions();
  t.diagnostic(JSON.stringify(counted));
  assert.ok(counted.lost > 0 && counted.kept > 0);
});
