import { isoFromMillis, millisFromIso } from "#base";
import { createUnitReader } from "#market";
import type { TimeRole } from "./columns.ts";
import { shown } from "./csv-cells.ts";

/** Whole milliseconds, or what is wrong with the text. */
export type TimeReader = (text: string) => number | string;

/** Numbers before this are no milliseconds of a recorded market: 1973-03-03T09:46:40Z. */
const firstNumericMs = 1e11;
/** 2100-01-01T00:00:00Z. */
const endMs = 4_102_444_800_000;

export function createTimeReader(role: TimeRole): TimeReader {
  if (role === "ts_iso") return readIso;
  const units = createUnitReader(role === "ts_ms" ? "1" : "0.001");
  return (text) => {
    const ms = units.read(text);
    if (ms === null || units.residue() !== 0) return `${shown(text)} is no whole ${role}`;
    if (ms >= firstNumericMs && ms < endMs) return ms;
    return `${shown(text)} read as ${role} is ${dateOf(ms)}; ${hint(role, ms)}`;
  };
}

function hint(role: TimeRole, ms: number): string {
  if (role === "ts_ms" && ms > 0 && ms < firstNumericMs) return "is the column ts_s?";
  if (role === "ts_s" && ms >= endMs) return "is the column ts_ms?";
  return "bars are taken from 1973 to 2099";
}

/** Takes a date, or a date and time that says it is UTC; a local time is never guessed. */
function readIso(text: string): number | string {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}\S*?)(Z|\+00:00| UTC)?)?$/.exec(text);
  if (parts === null) return `${shown(text)} is no date like 2024-01-31 or 2024-01-31T09:30:00Z`;
  const [, date = "", time, zone] = parts;
  if (time !== undefined && zone === undefined) return `${shown(text)} names no zone; append Z`;
  const read = millisFromIso(time === undefined ? date : `${date}T${time}Z`);
  if (!read.ok) return read.fault.message;
  return read.value < endMs ? read.value : `${shown(text)} is after 2099`;
}

function dateOf(ms: number): string {
  const farthest = 253_402_300_799_999; // The last millisecond of the year 9999.
  return ms >= 0 && ms <= farthest ? isoFromMillis(ms).slice(0, 10) : "no date";
}
