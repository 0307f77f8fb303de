import { millisFromIso, millisPerDay } from "#base";
import { createCalendar } from "#market";
import type { OptionContract } from "./option-chain.ts";

/** Gregorian years of 365 days: the day count of option volatilities quoted per calendar year. */
const yearMs = 365 * millisPerDay;
/** Saturday expirations (monthly options until 2015) and holidays fall back by less. */
const maxDaysBack = 7;

const calendar = createCalendar("nyse");

/**
 * The instant from which a contract is no more: what the source says, else the close of the last
 * New York session on or before its expiration date (half days close early). Null when the date
 * is none or outside the calendar.
 */
export function expiryInstant(contract: OptionContract): number | null {
  if (contract.expires_at_ms !== null) {
    return Number.isSafeInteger(contract.expires_at_ms) ? contract.expires_at_ms : null;
  }
  if (contract.expiration.length !== 10) return null;
  const midnight = millisFromIso(contract.expiration);
  if (!midnight.ok) return null;
  const day = midnight.value / millisPerDay;
  for (let back = 0; back < maxDaysBack; back += 1) {
    if (!calendar.covers(day - back)) return null;
    const session = calendar.session(day - back);
    if (session !== null) return session.close_ms;
  }
  return null;
}

/** Years left, never fewer than `leastMs`; null once the instant has come. */
export function yearsToExpiry(expiryMs: number, nowMs: number, leastMs: number): number | null {
  if (expiryMs <= nowMs) return null;
  return Math.max(expiryMs - nowMs, leastMs) / yearMs;
}
