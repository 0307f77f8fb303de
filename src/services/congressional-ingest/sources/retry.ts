import type { SourceFault } from "./source.ts";

/** Tries of one poll; after the last the next poll begins anew. */
export const maxAttempts = 5;

const baseMs = 1000;
const mostMs = 60_000;

/** No source makes us wait longer than this, whatever it says. */
export const maxRetryAfterMs = 86_400_000;

/**
 * How long to wait before the next try of a poll; null when there is none. After the n-th failure a
 * random share, `draw` in [0, 1), of the smaller of 2^(n-1) s and 60 s (full jitter); or as long as
 * the source said, and the jitter on top, so that not everybody comes back at the same moment.
 */
export function retryWaitMs(fault: SourceFault, failures: number, draw: number): number | null {
  if (fault.retry === "next_poll" || failures >= maxAttempts) return null;
  const share = Math.min(Math.max(draw, 0), 1);
  const jitterMs = Math.floor(share * Math.min(mostMs, baseMs * 2 ** (failures - 1)));
  return fault.retry === "soon" ? jitterMs : fault.retry.afterMs + jitterMs;
}

/**
 * The header `Retry-After`: whole seconds, or a date of HTTP. Null when it is absent or neither;
 * never beyond a day.
 */
export function readRetryAfter(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1000, maxRetryAfterMs);
  if (!httpDate.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.min(Math.max(atMs - nowMs, 0), maxRetryAfterMs);
}

/** The one form of RFC 9110 that is sent today: `Sun, 06 Nov 1994 08:49:37 GMT`. */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
