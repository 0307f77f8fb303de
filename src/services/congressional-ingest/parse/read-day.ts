import { millisFromIso, millisPerDay } from "#base";

/** The Stock Act is of 2012, and nobody trades before the files that Congress keeps begin. */
const firstYear = 1990;

/**
 * `MM/DD/YYYY`, `YYYY-MM-DD`, or a time that begins with the latter, as `YYYY-MM-DD`. Null for a
 * day that does not exist, and for one that no member of Congress lived to see: year 9 or 20222.
 */
export function readDay(text: string): string | null {
  const trimmed = text.trim();
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(trimmed);
  const iso = american === null ? isoDay(trimmed) : fromAmerican(american);
  if (iso === null || !millisFromIso(iso).ok) return null;
  return Number(iso.slice(0, 4)) < firstYear ? null : iso;
}

/** Days from one day to the other, both as `readDay` gives them. */
export function daysBetween(from: string, to: string): number {
  const [start, end] = [millisFromIso(from), millisFromIso(to)];
  return start.ok && end.ok ? (end.value - start.value) / millisPerDay : Number.NaN;
}

function isoDay(text: string): string | null {
  return /^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$/.exec(text)?.[1] ?? null;
}

function fromAmerican([, month = "", day = "", year = ""]: RegExpExecArray): string {
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
