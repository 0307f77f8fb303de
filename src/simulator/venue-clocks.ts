import type { Dataset } from "#datasets";
import type { ClockMode } from "./clock/venue-clock.ts";

const dayMs = 86_400_000;

/**
 * When a venue opens, and what turns times of a recording into the venue's. In real time a
 * recording is moved to today by whole days, so that its funding and its days stay where they were;
 * under any other clock the venue lives in the recording's own time.
 */
export function venueTimes(
  mode: ClockMode,
  datasets: readonly Dataset[],
  { startMs, machineMs }: Readonly<{ startMs: number | null; machineMs: number }>,
): Readonly<{ openedMs: number; shiftMs: number }> {
  const [first] = datasets;
  if (first === undefined) return { openedMs: startMs ?? machineMs, shiftMs: 0 };
  const beginMs = first.barStart(0);
  const endMs = first.barStart(first.barCount - 1);
  const warmMs = Math.floor((endMs - beginMs) / 10 / first.intervalMs) * first.intervalMs;
  const playedMs = startMs ?? beginMs + warmMs;
  if (mode.kind !== "real") return { openedMs: playedMs, shiftMs: 0 };
  return {
    openedMs: machineMs,
    shiftMs: Math.floor((machineMs - playedMs) / dayMs) * dayMs,
  };
}
