import { assert, millisPerDay } from "#base";
import type { CalendarId } from "../instrument.ts";
import { newYorkDay, newYorkFromUtc } from "./new-york-time.ts";
import { createCalendar, type Session, type SessionCalendar } from "./session-calendar.ts";

/** Where bars start: on multiples of the interval past `phase_ms`, counted in UTC or New York. */
export type GridPhase = Readonly<{ zone: "utc" | "new_york"; phase_ms: number }>;

/** The instants at which bars of one series are expected to start. */
export type BarGrid = Readonly<{
  interval_ms: number;
  phase: GridPhase;
  /** Whether the calendar knows this instant at all; the other questions need it. */
  covers: (ts: number) => boolean;
  isOnGrid: (ts: number) => boolean;
  /** Whether a bar that starts here overlaps a session. */
  isInSession: (ts: number) => boolean;
  /** Expected bars that start strictly between two instants. */
  missingBetween: (before: number, after: number) => number;
}>;

/**
 * The phase most of these bar starts share, so that one stray row does not decide it. Nyse bars
 * follow New York's clock through daylight time, except daily bars stamped with their date at
 * midnight UTC; everything else follows UTC.
 */
export function gridPhase(
  calendar: CalendarId,
  intervalMs: number,
  starts: readonly number[],
): GridPhase {
  const utc = mostCommon(starts.map((ts) => remainder(ts, intervalMs)));
  if (calendar === "24x7") return { zone: "utc", phase_ms: utc.value };
  if (intervalMs === millisPerDay && utc.value === 0 && utc.count * 2 > starts.length) {
    return { zone: "utc", phase_ms: 0 };
  }
  const local = mostCommon(starts.map((ts) => remainder(newYorkFromUtc(ts), intervalMs)));
  return { zone: "new_york", phase_ms: local.value };
}

/** Whether bars of this length can be checked against this calendar. */
export function isGridInterval(calendar: CalendarId, intervalMs: number): boolean {
  if (!Number.isInteger(intervalMs) || intervalMs < 1000) return false;
  return calendar === "24x7"
    ? intervalMs <= 31 * millisPerDay
    : intervalMs <= millisPerDay && millisPerDay % intervalMs === 0;
}

export function createBarGrid(
  calendarId: CalendarId,
  intervalMs: number,
  phase: GridPhase,
): BarGrid {
  assert(isGridInterval(calendarId, intervalMs), `no ${calendarId} grid of ${intervalMs} ms`);
  const calendar = createCalendar(calendarId);
  const isDaily = intervalMs === millisPerDay;
  const local = phase.zone === "new_york" ? newYorkFromUtc : (ts: number): number => ts;
  const dayOf = (ts: number): number => Math.floor(local(ts) / millisPerDay);

  function isInSession(ts: number): boolean {
    if (calendarId === "24x7") return true;
    if (isDaily) return calendar.isSession(dayOf(ts));
    return sessionsTouching(calendar, ts, ts + intervalMs).length > 0;
  }

  function missingBetween(before: number, after: number): number {
    if (after - before <= intervalMs) return 0;
    if (calendarId === "24x7") return Math.ceil((after - before) / intervalMs) - 1;
    if (isDaily) return calendar.sessionsBetween(dayOf(before) + 1, dayOf(after) - 1).length;
    let missing = 0;
    let counted = before;
    for (const session of sessionsTouching(calendar, before, after)) {
      // Bars of one session start on the grid from the one that holds the open.
      const intoBar = remainder(newYorkFromUtc(session.open_ms) - phase.phase_ms, intervalMs);
      const first = session.open_ms - intoBar;
      for (let start = first; start < session.close_ms; start += intervalMs) {
        if (start <= counted || start >= after) continue;
        counted = start;
        missing += 1;
      }
    }
    return missing;
  }

  return {
    interval_ms: intervalMs,
    phase,
    covers: (ts) => calendar.covers(dayOf(ts) - 1) && calendar.covers(dayOf(ts) + 1),
    isOnGrid: (ts) => remainder(local(ts) - phase.phase_ms, intervalMs) === 0,
    isInSession,
    missingBetween,
  };
}

/** The nyse sessions that share an instant with [from, to). */
function sessionsTouching(calendar: SessionCalendar, from: number, to: number): Session[] {
  const found: Session[] = [];
  for (let day = newYorkDay(from); day <= newYorkDay(to - 1); day += 1) {
    const session = calendar.session(day);
    if (session !== null && session.open_ms < to && session.close_ms > from) found.push(session);
  }
  return found;
}

function mostCommon(values: readonly number[]): Readonly<{ value: number; count: number }> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = { value: 0, count: 0 };
  for (const [value, count] of counts) {
    // Between equals the smaller phase, so that the order of rows decides nothing.
    if (count > best.count || (count === best.count && value < best.value)) best = { value, count };
  }
  return best;
}

function remainder(value: number, size: number): number {
  const rest = value % size;
  return rest < 0 ? rest + size : rest;
}
