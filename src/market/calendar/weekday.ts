import { daysFromCivil } from "#base";

export const sunday = 0;
export const monday = 1;
export const wednesday = 3;
export const thursday = 4;
export const friday = 5;
export const saturday = 6;

/** 0 is Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + thursday) % 7) + 7) % 7;
}

/** The first such weekday of a month, as days since 1970-01-01. */
export function firstWeekday(year: number, month: number, weekday: number): number {
  const first = daysFromCivil({ year, month, day: 1 });
  return first + ((weekday - weekdayOf(first) + 7) % 7);
}

/** The last such weekday of a month. */
export function lastWeekday(year: number, month: number, weekday: number): number {
  const next = month === 12 ? { year: year + 1, month: 1 } : { year, month: month + 1 };
  return firstWeekday(next.year, next.month, weekday) - 7;
}
