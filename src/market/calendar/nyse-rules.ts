import { daysFromCivil } from "#base";
import {
  firstWeekday,
  friday,
  lastWeekday,
  monday,
  saturday,
  sunday,
  thursday,
  wednesday,
  weekdayOf,
} from "./weekday.ts";

/** The years these rules were written for and checked against. */
export const nyseYears = { first: 1990, last: 2035 } as const;

/** Weekdays of this year on which the New York Stock Exchange stays closed. */
export function nyseHolidays(year: number): ReadonlySet<number> {
  const days = new Set<number>();
  const add = (day: number | null): void => {
    if (day !== null) days.add(day);
  };
  add(newYearsDay(year));
  if (year >= 1998) add(firstWeekday(year, 1, monday) + 14); // Martin Luther King Jr.
  add(firstWeekday(year, 2, monday) + 14); // Washington's Birthday.
  add(easterSunday(year) - 2); // Good Friday.
  add(lastWeekday(year, 5, monday)); // Memorial Day.
  if (year >= 2022) add(observed(daysFromCivil({ year, month: 6, day: 19 }))); // Juneteenth.
  add(observed(daysFromCivil({ year, month: 7, day: 4 }))); // Independence Day.
  add(firstWeekday(year, 9, monday)); // Labor Day.
  add(thanksgiving(year));
  add(observed(daysFromCivil({ year, month: 12, day: 25 }))); // Christmas.
  for (const [closedYear, month, day] of specialClosings) {
    if (closedYear === year) add(daysFromCivil({ year, month, day }));
  }
  return days;
}

/** Early closings of this year: day to minutes past midnight in New York. */
export function nyseEarlyCloses(year: number): ReadonlyMap<number, number> {
  const closes = new Map<number, number>();
  // Until 1992 an early close was at two o'clock.
  const early = year >= 1993 ? 13 * 60 : 14 * 60;

  if (year >= 1992) closes.set(thanksgiving(year) + 1, early);
  const christmasEve = daysFromCivil({ year, month: 12, day: 24 });
  if (isMondayToThursday(christmasEve)) closes.set(christmasEve, early);
  const beforeFourth = independenceHalfDay(year);
  if (beforeFourth !== null) closes.set(beforeFourth, early);
  for (const [earlyYear, month, day, minutes] of specialEarlyCloses) {
    if (earlyYear === year) closes.set(daysFromCivil({ year, month, day }), minutes);
  }
  return closes;
}

/** A Saturday New Year is not made up for: the last trading day of a year stays one. */
function newYearsDay(year: number): number | null {
  const day = daysFromCivil({ year, month: 1, day: 1 });
  if (weekdayOf(day) === saturday) return null;
  return weekdayOf(day) === sunday ? day + 1 : day;
}

/** Saturday holidays are kept on Friday, Sunday ones on Monday. */
function observed(day: number): number {
  if (weekdayOf(day) === saturday) return day - 1;
  return weekdayOf(day) === sunday ? day + 1 : day;
}

function thanksgiving(year: number): number {
  return firstWeekday(year, 11, thursday) + 21;
}

/**
 * The half day next to 4 July, since 1995: the 3rd when it is a Monday, Tuesday or Thursday. With
 * the 4th on a Thursday it was Friday the 5th until 2012 and is Wednesday the 3rd since.
 */
function independenceHalfDay(year: number): number | null {
  if (year < 1995) return null;
  const third = daysFromCivil({ year, month: 7, day: 3 });
  const weekday = weekdayOf(third);
  if (weekday === wednesday) return year >= 2013 ? third : third + 2;
  return weekday >= monday && weekday < friday ? third : null;
}

function isMondayToThursday(day: number): boolean {
  return weekdayOf(day) >= monday && weekdayOf(day) <= thursday;
}

/** Easter by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const leapCenturies = Math.floor(century / 4);
  const moonShift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - leapCenturies - moonShift + 15) % 30;
  const weekShift =
    (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const correction = Math.floor((golden + 11 * epact + 22 * weekShift) / 451);
  const days = epact + weekShift - 7 * correction + 114;
  return daysFromCivil({ year, month: Math.floor(days / 31), day: (days % 31) + 1 });
}

type ClosedDay = readonly [year: number, month: number, day: number];

const specialClosings: readonly ClosedDay[] = [
  [1994, 4, 27], // Funeral of Richard Nixon.
  [2001, 9, 11], // The attacks on New York; closed until Monday the 17th.
  [2001, 9, 12],
  [2001, 9, 13],
  [2001, 9, 14],
  [2004, 6, 11], // Funeral of Ronald Reagan.
  [2007, 1, 2], // Mourning for Gerald Ford.
  [2012, 10, 29], // Hurricane Sandy.
  [2012, 10, 30],
  [2018, 12, 5], // Mourning for George H. W. Bush.
  [2025, 1, 9], // Mourning for Jimmy Carter.
];

type EarlyDay = readonly [year: number, month: number, day: number, minutes: number];

const specialEarlyCloses: readonly EarlyDay[] = [
  [1994, 2, 11, 14 * 60 + 30], // Snow.
  [1996, 1, 8, 14 * 60], // Snow.
  [1997, 10, 27, 15 * 60 + 30], // Circuit breakers.
  [1997, 12, 26, 13 * 60],
  [1999, 12, 31, 13 * 60],
  [2003, 12, 26, 13 * 60],
];
