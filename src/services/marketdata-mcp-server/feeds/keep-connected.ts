import type { Chance, FeedChange, FeedTime } from "./feed.ts";

/** How one connection ended. A refusal (a key, a subscription) is not mended by trying sooner. */
export type ConnectionEnd = Readonly<{ refused: boolean; reason: string; wasLive: boolean }>;

export type KeepConnectedOptions = Readonly<{
  connect: (signal: AbortSignal) => Promise<ConnectionEnd>;
  time: FeedTime;
  chance: Chance;
  onState: (change: FeedChange) => void;
}>;

/**
 * Connects again for ever, waiting between attempts: full jitter below a ceiling that doubles from
 * one second to sixty, back to one second after a connection that delivered. So a fleet does not
 * come back at one instant, and a dead upstream is asked about once a minute.
 */
export async function keepConnected(
  { connect, time, chance, onState }: KeepConnectedOptions,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    onState({ state: "connecting", reason: null });
    const end = await connect(signal);
    if (signal.aborted) break;
    failures = end.wasLive ? 1 : failures + 1;
    const state = end.refused ? "refused" : "backing_off";
    onState({ state, reason: end.reason });
    const pauseMs = end.refused ? backoffCeilingMs : backoffMs(failures - 1, chance);
    if (!(await time.sleep(pauseMs, signal))) break;
  }
  onState({ state: "ended", reason: "stopped" });
}

/** Milliseconds to wait before attempt `attempt` (0 = the first after a failure). */
export function backoffMs(attempt: number, chance: Chance): number {
  let ceiling = backoffFloorMs;
  for (let n = 0; n < attempt && ceiling < backoffCeilingMs; n += 1) ceiling *= 2;
  return Math.floor(chance() * Math.min(ceiling, backoffCeilingMs));
}

const backoffFloorMs = 1000;
const backoffCeilingMs = 60_000;
