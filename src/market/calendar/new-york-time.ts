import { civilFromDays, daysFromCivil, millisPerDay } from "#base";
import { firstWeekday, lastWeekday, sunday } from "./weekday.ts";

const hourMs = 3_600_000;
const standardOffsetMs = -5 * hourMs;
const daylightOffsetMs = -4 * hourMs;

/** New York wall time as if it were UTC: adding the offset in force at this instant. */
export function newYorkFromUtc(ms: number): number {
  return ms + newYorkOffsetMs(ms);
}

/** The instant of `timeMs` past midnight, New York wall time, on a day (daysFromCivil). */
export function utcFromNewYork(day: number, timeMs: number): number {
  const wall = day * millisPerDay + timeMs;
  const standard = wall - standardOffsetMs;
  const daylight = wall - daylightOffsetMs;
  return newYorkOffsetMs(daylight) === daylightOffsetMs ? daylight : standard;
}

/**
 * Offset from UTC in milliseconds. United States rule since 1987, changed in 2007 (Energy Policy
 * Act of 2005); the clock turns at 2:00 wall time. Years before 1987 are not asked for here.
 */
function newYorkOffsetMs(ms: number): number {
  const { year } = civilFromDays(Math.floor((ms + standardOffsetMs) / millisPerDay));
  const { from, to } = daylightTime(year);
  return ms >= from && ms < to ? daylightOffsetMs : standardOffsetMs;
}

/** The instants between which daylight time holds. */
function daylightTime(year: number): Readonly<{ from: number; to: number }> {
  const startDay = year >= 2007 ? firstWeekday(year, 3, sunday) + 7 : firstWeekday(year, 4, sunday);
  const endDay = year >= 2007 ? firstWeekday(year, 11, sunday) : lastWeekday(year, 10, sunday);
  return {
    from: startDay * millisPerDay + 2 * hourMs - standardOffsetMs,
    to: endDay * millisPerDay + 2 * hourMs - daylightOffsetMs,
  };
}

/** Days since 1970-01-01 of the date in New York at this instant. */
export function newYorkDay(ms: number): number {
  return Math.floor(newYorkFromUtc(ms) / millisPerDay);
}

export function yearOfDay(day: number): number {
  return civilFromDays(day).year;
}

export function firstDayOfYear(year: number): number {
  return daysFromCivil({ year, month: 1, day: 1 });
}
