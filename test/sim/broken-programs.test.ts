import "./broken-steps.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertStated } from "#support";
import { breakCatalogs } from "./catalog-building.ts";
import { breakLandings } from "./run-landing.ts";

/** Prime to the number of ways in which a step is broken, so that each is among them. */
const oneIn = 5;

test("a run whose landing is broken anywhere is no run or a whole one", async (t) => {
  const counted = await breakLandings(oneIn);
  assertStated(t, "landing a run", counted);
  assert.ok(counted.kept > 0 && counted.kept < counted.states);
});

test("an index whose making is broken anywhere is the old one or the new one", async (t) => {
  assertStated(t, "rebuilding the catalog", await breakCatalogs("rebuilt", oneIn));
  assertStated(t, "refreshing the catalog", await breakCatalogs("refreshed", oneIn));
});
