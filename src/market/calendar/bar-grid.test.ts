import assert from "node:assert/strict";
import { test } from "node:test";
import { millisFromIso } from "#base";
import { createBarGrid, gridPhase, isGridInterval } from "./bar-grid.ts";

const minute = 60_000;
const day = 86_400_000;
const utcMidnight = { zone: "utc", phase_ms: 0 } as const;

test("a 24x7 gap counts the bars that are not there", () => {
  const grid = createBarGrid("24x7", 15 * minute, utcMidnight);
  assert.equal(grid.missingBetween(at("2024-01-01T00:00Z"), at("2024-01-01T00:15Z")), 0);
  assert.equal(grid.missingBetween(at("2024-01-01T00:00Z"), at("2024-01-01T01:00Z")), 3);
  assert.equal(grid.isOnGrid(at("2024-01-01T00:15Z")), true);
  assert.equal(grid.isOnGrid(at("2024-01-01T00:16Z")), false);
});

test("a daily nyse gap counts sessions, not days", () => {
  const grid = createBarGrid("nyse", day, utcMidnight);
  assert.equal(grid.missingBetween(at("2024-03-28"), at("2024-04-01")), 0);
  assert.equal(grid.missingBetween(at("2024-03-28"), at("2024-04-03")), 2);
  assert.equal(grid.isInSession(at("2024-03-29")), false);
});

test("a night between two nyse sessions is no gap, a lost first bar is", () => {
  const grid = createBarGrid("nyse", 5 * minute, { zone: "new_york", phase_ms: 0 });
  assert.equal(grid.missingBetween(at("2024-03-28T19:55Z"), at("2024-04-01T13:30Z")), 0);
  assert.equal(grid.missingBetween(at("2024-03-28T19:55Z"), at("2024-04-01T13:35Z")), 1);
  // 210 minutes of a half day, all lost.
  assert.equal(grid.missingBetween(at("2024-07-02T19:55Z"), at("2024-07-05T13:30Z")), 42);
  assert.equal(grid.isInSession(at("2024-07-03T17:00Z")), false);
  assert.equal(grid.isInSession(at("2024-07-03T16:55Z")), true);
});

test("an hourly nyse bar that holds the open is expected wherever its grid lies", () => {
  const onTheHour = createBarGrid("nyse", 60 * minute, { zone: "new_york", phase_ms: 0 });
  assert.equal(onTheHour.missingBetween(at("2024-03-01T20:00Z"), at("2024-03-04T15:00Z")), 1);
  const onTheHalf = createBarGrid("nyse", 60 * minute, { zone: "new_york", phase_ms: 30 * minute });
  assert.equal(onTheHalf.missingBetween(at("2024-03-01T20:30Z"), at("2024-03-04T14:30Z")), 0);
  // Daylight time starts between these two days; the grid moves with New York.
  assert.equal(onTheHalf.missingBetween(at("2024-03-08T20:30Z"), at("2024-03-11T13:30Z")), 0);
});

test("the phase is what most rows share", () => {
  const quarter = [0, 15, 30, 47, 60].map((minutes) => at("2024-01-01") + minutes * minute);
  assert.deepEqual(gridPhase("24x7", 15 * minute, quarter), utcMidnight);
  const eight = ["2024-01-01T16:00Z", "2024-01-02T16:00Z", "2024-01-03"].map(at);
  assert.deepEqual(gridPhase("24x7", day, eight), { zone: "utc", phase_ms: 16 * 60 * minute });
  const dates = ["2024-03-08", "2024-03-11"].map(at);
  assert.deepEqual(gridPhase("nyse", day, dates), utcMidnight);
  const localMidnights = ["2024-03-08T05:00Z", "2024-03-11T04:00Z"].map(at);
  assert.deepEqual(gridPhase("nyse", day, localMidnights), { zone: "new_york", phase_ms: 0 });
});

test("only intervals with a grid are accepted", () => {
  assert.equal(isGridInterval("24x7", 7 * day), true);
  assert.equal(isGridInterval("nyse", 7 * day), false);
  assert.equal(isGridInterval("nyse", 7 * minute), false);
  assert.equal(isGridInterval("24x7", 0.5), false);
});

function at(iso: string): number {
  const read = millisFromIso(iso);
  assert.ok(read.ok, iso);
  return read.value;
}
