import type { Dataset } from "#datasets";
import type { ClockMode } from "./clock/venue-clock.ts";
import type { RecordedMarket } from "./market/recorded-market.ts";

const dayMs = 86_400_000;

/**
 * When a venue opens, and what turns times of a recording into the venue's. In real time a
 * recording is moved to today by whole days, so that its funding and its days stay where they were;
 * under any other clock the venue lives in the recording's own time.
 */
export function venueTimes(
  mode: ClockMode,
  recorded: Readonly<{ datasets: readonly Dataset[]; recordings: readonly RecordedMarket[] }>,
  { startMs, machineMs }: Readonly<{ startMs: number | null; machineMs: number }>,
): Readonly<{ openedMs: number; shiftMs: number }> {
  const beginMs = recordedStart(recorded);
  if (beginMs === null) return { openedMs: startMs ?? machineMs, shiftMs: 0 };
  const playedMs = startMs ?? beginMs;
  if (mode.kind !== "real") return { openedMs: playedMs, shiftMs: 0 };
  // What is shorter than a day begins with the venue.
  const isShort = recorded.recordings.length > 0;
  const shiftMs = machineMs - playedMs;
  return { openedMs: machineMs, shiftMs: isShort ? shiftMs : Math.floor(shiftMs / dayMs) * dayMs };
}

/** Where a recording is entered: at its beginning, or far enough into bars to have a history. */
function recordedStart({
  datasets: [dataset],
  recordings,
}: Readonly<{
  datasets: readonly Dataset[];
  recordings: readonly RecordedMarket[];
}>): number | null {
  if (recordings.length > 0) return Math.min(...recordings.map(({ firstMs }) => firstMs));
  if (dataset === undefined) return null;
  const beginMs = dataset.barStart(0);
  const endMs = dataset.barStart(dataset.barCount - 1);
  return beginMs + Math.floor((endMs - beginMs) / 10 / dataset.intervalMs) * dataset.intervalMs;
}
