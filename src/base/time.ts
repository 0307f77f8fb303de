import { assert } from "./defect.ts";
import { err, type Fault, ok, type Result } from "./result.ts";

/** Milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored (POSIX time). */
export type Millis = number;

/** A day of the proleptic Gregorian calendar; month 1-12, day 1-31. */
export type Civil = Readonly<{ year: number; month: number; day: number }>;

export const millisPerDay = 86_400_000;

const isoForm = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z)?$/;

/** `2024-01-01T00:00:00.000Z`. Whole milliseconds in the years 0000 to 9999, else a Defect. */
export function isoFromMillis(ms: Millis): string {
  assert(Number.isSafeInteger(ms), `time must be whole milliseconds: ${ms}`);
  const days = Math.floor(ms / millisPerDay);
  const { year, month, day } = civilFromDays(days);
  assert(year >= 0 && year <= 9999, `time outside the years 0000 to 9999: ${ms}`);
  let rest = ms - days * millisPerDay;
  const milli = rest % 1000;
  rest = (rest - milli) / 1000;
  const second = rest % 60;
  rest = (rest - second) / 60;
  const minute = rest % 60;
  const hour = (rest - minute) / 60;
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return `${date}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(milli, 3)}Z`;
}

/**
 * Reads `YYYY-MM-DD` (midnight UTC) and `YYYY-MM-DDTHH:MM[:SS[.mmm]]Z`; nothing else, so no
 * local time is ever guessed. Faults: time_malformed, time_out_of_range (no such day or hour).
 */
export function millisFromIso(text: string): Result<Millis, Fault> {
  const parts = isoForm.exec(text);
  if (parts === null) {
    const message = `not a UTC time like 2024-01-31 or 2024-01-31T09:30:00Z: ${quote(text)}`;
    return err({ code: "time_malformed", message });
  }
  const field = (index: number): number => Number(parts[index] ?? "0");
  const civil = { year: field(1), month: field(2), day: field(3) };
  const [hour, minute, second] = [field(4), field(5), field(6)];
  const milli = Number((parts[7] ?? "").padEnd(3, "0"));
  if (!isCivil(civil) || hour > 23 || minute > 59 || second > 59) {
    return err({ code: "time_out_of_range", message: `no such UTC time: ${quote(text)}` });
  }
  const seconds = (hour * 60 + minute) * 60 + second;
  return ok(daysFromCivil(civil) * millisPerDay + seconds * 1000 + milli);
}

/** Days since 1970-01-01; years are counted from 1 March, so a leap day is the year's last. */
export function daysFromCivil({ year, month, day }: Civil): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const marchMonth = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

/** The inverse of daysFromCivil. */
export function civilFromDays(days: number): Civil {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = dayOfEra - (yearOfEra * 365 + leapDays);
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** A span for people, two units at most: `950ms`, `12.3s`, `4m 05s`, `3h 07m`, `12d 04h`. */
export function durationText(ms: number): string {
  assert(ms >= 0 && ms < Infinity, `a duration is finite and not negative: ${ms}`);
  if (ms < 1000) return `${Math.floor(ms)}ms`;
  const tenths = Math.floor(ms / 100);
  if (tenths < 600) return `${Math.floor(tenths / 10)}.${tenths % 10}s`;
  const seconds = Math.floor(tenths / 10);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60, 2)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${pad(minutes % 60, 2)}m`;
  return `${Math.floor(hours / 24)}d ${pad(hours % 24, 2)}h`;
}

function isCivil(civil: Civil): boolean {
  if (civil.month < 1 || civil.month > 12) return false;
  const back = civilFromDays(daysFromCivil(civil));
  return back.month === civil.month && back.day === civil.day;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
