import { newYorkDay, type SessionCalendar } from "#market";

export type TradingHours = "open" | "closing" | "closed" | "unknown";

/** Where an instant lies in its New York session; `closing` begins so long before the end. */
export function tradingHours(
  calendar: SessionCalendar,
  nowMs: number,
  beforeCloseMs: number,
): TradingHours {
  if (!Number.isSafeInteger(nowMs)) return "unknown";
  const day = newYorkDay(nowMs);
  if (!calendar.covers(day)) return "unknown";
  const session = calendar.session(day);
  if (session === null || nowMs < session.open_ms || nowMs >= session.close_ms) return "closed";
  return nowMs >= session.close_ms - beforeCloseMs ? "closing" : "open";
}
