import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isoFromMillis, millisFromIso, millisPerDay } from "#base";
import { createCalendar, dateText } from "./session-calendar.ts";

const nyse = createCalendar("nyse");

test("the nyse sessions are exactly the days of the S&P 500 series from 2000 to 2020", () => {
  const file = new URL("../data/sp500-2000.csv", import.meta.resolve("vega-datasets"));
  const dates = readFileSync(file, "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.slice(0, 10));
  const first = dayOf(dates[0] ?? "");
  const last = dayOf(dates.at(-1) ?? "");
  assert.equal(dates.length, 5105);
  assert.deepEqual(nyse.sessionsBetween(first, last).map(dateText), dates);
});

test("holidays follow their rules on either side of each change", () => {
  const closed = [
    "1998-01-19", // The first Martin Luther King Jr. Day the exchange kept.
    "2011-12-26", // Christmas on a Sunday.
    "2021-12-24", // Christmas on a Saturday.
    "2022-06-20", // Juneteenth on a Sunday, in its first year.
    "2023-01-02",
    "2024-03-29", // Good Friday.
    "2026-07-03", // Independence Day on a Saturday.
    "2025-01-09",
  ];
  const open = ["1997-01-20", "2021-12-31", "2021-06-18", "2010-12-31", "2025-06-18", "2024-04-01"];
  for (const date of closed) assert.equal(nyse.isSession(dayOf(date)), false, date);
  for (const date of open) assert.equal(nyse.isSession(dayOf(date)), true, date);
});

test("a year has the number of sessions the exchange published", () => {
  const counts = new Map([
    [1999, 252],
    [2001, 248],
    [2012, 250],
    [2018, 251],
    [2020, 253],
    [2021, 252],
    [2022, 251],
    [2023, 250],
    [2024, 252],
    [2025, 250],
  ]);
  for (const [year, count] of counts) {
    const days = nyse.sessionsBetween(dayOf(`${year}-01-01`), dayOf(`${year}-12-31`));
    assert.equal(days.length, count, String(year));
  }
});

test("half days close early and say so", () => {
  const closes = new Map([
    ["1992-11-27", "19:00"], // Two o'clock until 1992.
    ["1996-07-05", "17:00"],
    ["2002-07-05", "17:00"],
    ["2012-07-03", "17:00"],
    ["2013-07-03", "17:00"],
    ["2018-12-24", "18:00"],
    ["2023-11-24", "18:00"],
    ["2024-12-24", "18:00"],
    ["2025-07-03", "17:00"],
  ]);
  for (const [date, close] of closes) {
    const session = nyse.session(dayOf(date));
    assert.equal(session?.half_day, true, date);
    assert.equal(isoFromMillis(session?.close_ms ?? 0).slice(0, 16), `${date}T${close}`);
  }
  for (const date of ["2013-07-05", "2022-07-05", "2015-07-02", "2014-12-26"]) {
    assert.equal(nyse.session(dayOf(date))?.half_day, false, date);
  }
});

test("the open follows New York through daylight time, by the rule of its year", () => {
  const opens = new Map([
    ["2006-03-31", "14:30"],
    ["2006-04-03", "13:30"], // First Sunday of April until 2006.
    ["2006-10-27", "13:30"],
    ["2006-10-30", "14:30"],
    ["2007-03-09", "14:30"],
    ["2007-03-12", "13:30"], // Second Sunday of March since 2007.
    ["2007-11-02", "13:30"],
    ["2007-11-05", "14:30"],
  ]);
  for (const [date, open] of opens) {
    const session = nyse.session(dayOf(date));
    assert.equal(isoFromMillis(session?.open_ms ?? 0).slice(0, 16), `${date}T${open}`, date);
  }
});

test("the next session skips weekends, holidays and the closing of September 2001", () => {
  assert.equal(dateText(nyse.nextSession(dayOf("2001-09-10")).day), "2001-09-17");
  assert.equal(dateText(nyse.nextSession(dayOf("2024-12-24")).day), "2024-12-26");
});

test("a 24x7 calendar has a session on every day, from midnight to midnight UTC", () => {
  const always = createCalendar("24x7");
  const day = dayOf("2024-02-29");
  const session = always.session(day);
  assert.equal((session?.close_ms ?? 0) - (session?.open_ms ?? 0), millisPerDay);
  assert.equal(always.nextSession(day).day, day + 1);
});

test("a day outside the known years is a defect, and covers tells beforehand", () => {
  assert.equal(nyse.covers(dayOf("1989-12-29")), false);
  assert.equal(nyse.covers(dayOf("2035-12-31")), true);
  assert.throws(() => nyse.isSession(dayOf("2036-01-02")), /knows nothing/);
});

function dayOf(date: string): number {
  const read = millisFromIso(date);
  assert.ok(read.ok, date);
  return read.value / millisPerDay;
}
