import { assert, isoFromMillis, millisPerDay } from "#base";
import type { CalendarId } from "../instrument.ts";
import { firstDayOfYear, utcFromNewYork, yearOfDay } from "./new-york-time.ts";
import { nyseEarlyCloses, nyseHolidays, nyseYears } from "./nyse-rules.ts";
import { saturday, sunday, weekdayOf } from "./weekday.ts";

/** One trading day. `day` counts from 1970-01-01; the bounds are instants, close exclusive. */
export type Session = Readonly<{
  day: number;
  open_ms: number;
  close_ms: number;
  half_day: boolean;
}>;

/**
 * The days on which an instrument trades. Days are dates of the venue (New York for nyse, UTC for
 * 24x7) as days since 1970-01-01. Asking about a day outside `first_day..last_day` is a Defect:
 * check it with `covers` where the day comes from outside.
 */
export type SessionCalendar = Readonly<{
  id: CalendarId;
  first_day: number;
  last_day: number;
  covers: (day: number) => boolean;
  isSession: (day: number) => boolean;
  /** The session of this day, or null on a day without one. */
  session: (day: number) => Session | null;
  /** The first session strictly after this day. */
  nextSession: (day: number) => Session;
  /** The session days from `first` to `last`, both included. */
  sessionsBetween: (first: number, last: number) => readonly number[];
}>;

/** Calendars hold no state a caller could see; asking twice gives equal answers. */
export function createCalendar(id: CalendarId): SessionCalendar {
  const rules = id === "nyse" ? nyseDays() : everyDay();

  function check(day: number): void {
    const isCovered = Number.isInteger(day) && day >= rules.first_day && day <= rules.last_day;
    assert(isCovered, `the ${id} calendar knows nothing of day ${day}`);
  }

  function session(day: number): Session | null {
    check(day);
    return rules.session(day);
  }

  return {
    id,
    first_day: rules.first_day,
    last_day: rules.last_day,
    covers: (day) => day >= rules.first_day && day <= rules.last_day,
    isSession: (day) => session(day) !== null,
    session,
    nextSession(day): Session {
      for (let next = day + 1; ; next += 1) {
        const found = session(next);
        if (found !== null) return found;
      }
    },
    sessionsBetween(first, last): readonly number[] {
      const days: number[] = [];
      for (let day = first; day <= last; day += 1) {
        if (session(day) !== null) days.push(day);
      }
      return days;
    },
  };
}

/** `2004-06-11` for a day number. */
export function dateText(day: number): string {
  return isoFromMillis(day * millisPerDay).slice(0, 10);
}

type DayRules = Readonly<{
  first_day: number;
  last_day: number;
  session: (day: number) => Session | null;
}>;

function everyDay(): DayRules {
  return {
    first_day: firstDayOfYear(1900),
    last_day: firstDayOfYear(2200) - 1,
    session: (day) => ({
      day,
      open_ms: day * millisPerDay,
      close_ms: (day + 1) * millisPerDay,
      half_day: false,
    }),
  };
}

const openMs = (9 * 60 + 30) * 60_000;
const closeMs = 16 * 60 * 60_000;

function nyseDays(): DayRules {
  const yearTables = new Map<number, YearTable>();

  function tableOf(year: number): YearTable {
    const known = yearTables.get(year);
    if (known !== undefined) return known;
    const made = { holidays: nyseHolidays(year), earlyCloses: nyseEarlyCloses(year) };
    yearTables.set(year, made);
    return made;
  }

  return {
    first_day: firstDayOfYear(nyseYears.first),
    last_day: firstDayOfYear(nyseYears.last + 1) - 1,
    session(day): Session | null {
      const weekday = weekdayOf(day);
      if (weekday === saturday || weekday === sunday) return null;
      const { holidays, earlyCloses } = tableOf(yearOfDay(day));
      if (holidays.has(day)) return null;
      const early = earlyCloses.get(day);
      return {
        day,
        open_ms: utcFromNewYork(day, openMs),
        close_ms: utcFromNewYork(day, early === undefined ? closeMs : early * 60_000),
        half_day: early !== undefined,
      };
    },
  };
}

type YearTable = Readonly<{
  holidays: ReadonlySet<number>;
  earlyCloses: ReadonlyMap<number, number>;
}>;
