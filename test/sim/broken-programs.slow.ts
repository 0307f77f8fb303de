import "./broken-steps.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertStated } from "#support";
import { breakCatalogs } from "./catalog-building.ts";
import { breakLandings } from "./run-landing.ts";

test("every break of every step while a run lands", async (t) => {
  const counted = await breakLandings(1);
  assertStated(t, "landing a run", counted);
  assert.equal(counted.states, counted.faults);
});

test("every break of every step while an index is made", async (t) => {
  for (const how of ["rebuilt", "refreshed"] as const) {
    const counted = await breakCatalogs(how, 1);
    assertStated(t, `${how === "rebuilt" ? "rebuilding" : "refreshing"} the catalog`, counted);
    assert.equal(counted.states, counted.faults);
  }
});
