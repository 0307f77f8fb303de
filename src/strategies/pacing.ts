import type { Reason } from "./decision.ts";

/** Why it is too early to ask again; null = it is not. A clock that ran backwards is too early. */
export function tooSoon(nowMs: number, lastMs: number | null, leastMs: number): Reason | null {
  if (lastMs === null || nowMs - lastMs >= leastMs) return null;
  if (nowMs < lastMs) {
    const message = `the clock stands ${lastMs - nowMs} ms before the last proposal`;
    return { code: "clock_stepped_back", message };
  }
  const message = `${nowMs - lastMs} ms since the last proposal, at least ${leastMs} are kept`;
  return { code: "interval_not_over", message };
}
