import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  civilFromDays,
  daysFromCivil,
  durationText,
  isoFromMillis,
  millisFromIso,
  millisPerDay,
} from "./time.ts";

const first = Date.UTC(2000, 0, 1) - 730_485 * millisPerDay; // 0000-01-01
const last = Date.UTC(10_000, 0, 1) - 1;

test("a time is written like the engine writes it and reads back", () => {
  assert.equal(isoFromMillis(1_704_067_200_000), "2024-01-01T00:00:00.000Z");
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (ms) => {
      const text = isoFromMillis(ms);
      assert.equal(text, new Date(ms).toISOString());
      assert.deepEqual(millisFromIso(text), { ok: true, value: ms });
    }),
    { seed: 20, numRuns: 2000 },
  );
  assert.equal(isoFromMillis(first), "0000-01-01T00:00:00.000Z");
  assert.equal(isoFromMillis(last), "9999-12-31T23:59:59.999Z");
});

test("every day of 800 years has one civil date and back", () => {
  let days = daysFromCivil({ year: 1600, month: 1, day: 1 });
  const end = daysFromCivil({ year: 2400, month: 12, day: 31 });
  for (; days <= end; days++) {
    const { year, month, day } = civilFromDays(days);
    assert.equal(daysFromCivil({ year, month, day }), days);
    assert.equal(Date.UTC(year, month - 1, day), days * millisPerDay);
  }
});

test("dates, minutes, seconds and milliseconds are read as UTC", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["2024-02-29T09:30Z", "2024-02-29T09:30:00.000Z"],
    ["2024-02-29T09:30:05Z", "2024-02-29T09:30:05.000Z"],
    ["2024-02-29T09:30:05.5Z", "2024-02-29T09:30:05.500Z"],
    ["1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"],
  ];
  for (const [text, full] of cases) {
    assert.deepEqual(millisFromIso(text), { ok: true, value: Date.parse(full) }, text);
  }
});

test("local, partial and impossible times are refused", () => {
  const malformed = ["", "2024", "2024-1-1", "2024-01-01T00:00:00", "2024-01-01 00:00:00Z"];
  malformed.push("2024-01-01T00:00:00+00:00", "2024-01-01T00Z", "2024-01-01T00:00:00.1234Z");
  malformed.push("+002024-01-01", "2024-01-01Z", "2024-01-01T00:00:00z", "2024-01-01\n");
  for (const text of malformed) {
    const read = millisFromIso(text);
    assert.equal(read.ok ? null : read.fault.code, "time_malformed", text);
  }
  const impossible = ["2023-02-29", "1900-02-29", "2024-00-01", "2024-13-01", "2024-04-31"];
  impossible.push("2024-01-00", "2024-01-01T24:00Z", "2024-01-01T00:60Z", "2024-06-30T23:59:60Z");
  for (const text of impossible) {
    const read = millisFromIso(text);
    assert.equal(read.ok ? null : read.fault.code, "time_out_of_range", text);
  }
});

test("a time that has no ISO text is a defect", () => {
  for (const ms of [first - 1, last + 1, 0.5, NaN]) {
    assert.throws(() => isoFromMillis(ms), { name: "Defect" });
  }
});

test("a duration shows its two largest units", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0ms"],
    [999.9, "999ms"],
    [1000, "1.0s"],
    [59_999, "59.9s"],
    [60_000, "1m 00s"],
    [3_599_999, "59m 59s"],
    [3_600_000, "1h 00m"],
    [86_399_999, "23h 59m"],
    [86_400_000, "1d 00h"],
    [400 * 86_400_000, "400d 00h"],
  ];
  for (const [ms, text] of cases) assert.equal(durationText(ms), text);
  for (const ms of [-1, NaN, Infinity]) assert.throws(() => durationText(ms), { name: "Defect" });
});
