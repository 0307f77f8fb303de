import { newYorkDay, type SessionCalendar } from "#market";

/** Whether the market of a calendar is open at this time; unknown days count as open. */
export function isMarketOpen(calendar: SessionCalendar, nowMs: number): boolean {
  if (calendar.id === "24x7") return true;
  const day = newYorkDay(nowMs);
  // Beyond the calendar nobody can say that silence is right.
  if (!calendar.covers(day)) return true;
  const session = calendar.session(day);
  return session !== null && nowMs >= session.open_ms && nowMs < session.close_ms;
}
