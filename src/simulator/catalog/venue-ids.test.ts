import assert from "node:assert/strict";
import { test } from "node:test";
import { createVenueIds } from "./venue-ids.ts";

test("an id is a function of seed, kind and count, and reads back", () => {
  const ids = createVenueIds(7);
  const text = ids.text("order", 42);
  assert.match(text, /^[1-9]\d{18}$/);
  assert.equal(text, createVenueIds(7).text("order", 42));
  assert.notEqual(text, createVenueIds(8).text("order", 42));
  assert.equal(ids.count("order", text), 42);
  assert.equal(ids.count("algo", text), null);
  assert.ok(BigInt(text) > 2n ** 53n);
  assert.ok(text < ids.text("order", 43));
  assert.ok(ids.text("order", 99_999) < ids.text("order", 100_000));
});

test("what this venue never wrote is no id of it, and still a place for a cursor", () => {
  const ids = createVenueIds(7);
  for (const foreign of ["", "abc", "-1", "1e3", "0", "9".repeat(30)]) {
    assert.equal(ids.count("order", foreign), null);
  }
  assert.equal(ids.place("order", "1"), 0);
  assert.equal(ids.place("order", "9".repeat(30)), Number.MAX_SAFE_INTEGER);
  assert.equal(ids.place("bill", ids.text("bill", 5)), 5);
  assert.equal(ids.count("trade", ids.text("trade", 3)), 3);
});
