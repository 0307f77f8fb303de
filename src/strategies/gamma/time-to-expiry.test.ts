import assert from "node:assert/strict";
import { test } from "node:test";
import { anOption } from "#support";
import { expiryInstant, yearsToExpiry } from "./time-to-expiry.ts";

function expires(expiration: string, expires_at_ms: number | null = null): string | null {
  const instant = expiryInstant(anOption({ expiration, expires_at_ms }));
  return instant === null ? null : new Date(instant).toISOString();
}

test("an option ends with the last session on or before its date", () => {
  assert.equal(expires("2023-09-15"), "2023-09-15T20:00:00.000Z");
  assert.equal(expires("2023-12-15"), "2023-12-15T21:00:00.000Z");
  assert.equal(expires("2023-11-24"), "2023-11-24T18:00:00.000Z", "a half day");
  assert.equal(expires("2015-01-17"), "2015-01-16T21:00:00.000Z", "a Saturday");
  assert.equal(expires("2014-04-18"), "2014-04-17T20:00:00.000Z", "Good Friday");
});

test("what the source says of the instant wins", () => {
  assert.equal(expires("2023-09-15", Date.UTC(2023, 8, 15, 13, 30)), "2023-09-15T13:30:00.000Z");
  assert.equal(expires("2023-09-15", Number.NaN), null);
});

test("a date that is none, or that the calendar does not reach, is unreadable", () => {
  for (const text of [
    "",
    "2023-02-30",
    "20230915",
    "2023-09-15T20:00Z",
    "1980-01-04",
    "2050-01-07",
  ]) {
    assert.equal(expires(text), null, text);
  }
});

test("the last hour counts as an hour, and the end as the end", () => {
  const end = 1_700_000_000_000;
  const hour = 3_600_000;
  assert.equal(yearsToExpiry(end, end - 365 * 24 * hour, hour), 1);
  assert.equal(yearsToExpiry(end, end - 1, hour), 1 / 8760);
  assert.equal(yearsToExpiry(end, end, hour), null);
});
