import assert from "node:assert/strict";
import { test } from "node:test";
import { intervalText, parseInterval } from "./interval.ts";

test("an interval reads and writes the way data feeds spell it", () => {
  for (const text of ["1s", "1m", "15m", "1h", "4h", "1d", "7d"]) {
    const read = parseInterval(text);
    assert.ok(read.ok);
    assert.equal(intervalText(read.value), text);
  }
  assert.deepEqual(parseInterval("1w"), { ok: true, value: 604_800_000 });
  assert.equal(intervalText(90_000), "90s");
});

test("anything else is refused", () => {
  for (const text of ["", "15", "0m", "-1m", "1.5h", "15 m", "1M", "1y", "99999m"]) {
    assert.equal(parseInterval(text).ok, false, text);
  }
});
