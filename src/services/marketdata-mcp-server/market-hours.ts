import type { Millis } from "#base";
import { type CalendarId, createCalendar, newYorkDay, type SessionCalendar } from "#market";

export type MarketHours = Readonly<{
  market: "open" | "closed";
  /** Whether ticks are due. It explains a stale feed and quiets alarms; it excuses nothing. */
  expectedFresh: boolean;
}>;

/** Tells whether the market trades at an instant; a day that the calendar lacks counts as open. */
export function createMarketHours(id: CalendarId): (nowMs: Millis) => MarketHours {
  if (id === "24x7") return () => ({ market: "open", expectedFresh: true });
  const calendar = createCalendar(id);
  return (nowMs) => {
    const open = isOpen(calendar, nowMs);
    return { market: open ? "open" : "closed", expectedFresh: open };
  };
}

function isOpen(calendar: SessionCalendar, nowMs: Millis): boolean {
  const day = newYorkDay(nowMs);
  // Beyond the calendar nobody can say that silence is right.
  if (!calendar.covers(day)) return true;
  const session = calendar.session(day);
  return session !== null && nowMs >= session.open_ms && nowMs < session.close_ms;
}
