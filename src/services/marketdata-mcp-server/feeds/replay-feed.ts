import type { Tick } from "#protocol";
import type { Feed, FeedTime } from "./feed.ts";
import type { Recording } from "./recording.ts";

export type ReplayOptions = Readonly<{
  recording: Recording;
  /** How many recorded seconds pass in one. */
  speed: number;
  /** Writes times of now into the ticks. The source then says so: `replay_shifted`. */
  shift: boolean;
  /** Begins again at the end, as a new connection would; only with `shift`. */
  loop: boolean;
  time: FeedTime;
  /** For tests: waits for a step instead of for time. */
  step?: (signal: AbortSignal) => Promise<boolean>;
}>;

/** No wait is longer than this: a recorded night is not waited out, nor written into the times. */
const longestPauseMs = 10_000;

/** Plays a recording at its own pace. */
export function createReplayFeed(options: ReplayOptions): Feed {
  const { recording, shift, loop } = options;
  return {
    name: `replay:${recording.name}${shift ? " (shifted to now)" : ""}`,
    sequences: "increasing",
    async start(onTick, onState, signal): Promise<void> {
      do {
        onState({ state: "connecting", reason: null });
        onState({ state: "live", reason: null });
        await playOnce(options, onTick, signal);
        // A round of one millisecond would spin.
        if (loop && shift && !(await options.time.sleep(roundPauseMs, signal))) break;
      } while (loop && shift && !signal.aborted);
      onState({ state: "ended", reason: signal.aborted ? "stopped" : "recording_ended" });
    },
  };
}

const roundPauseMs = 1000;

async function playOnce(
  { recording, speed, shift, time, step }: ReplayOptions,
  onTick: (tick: Tick) => void,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = time.nowMs();
  const startedAt = time.monotonicMs();
  let playedMs = 0;
  let lastMs: number | null = null;
  for (const tick of recording.ticks) {
    const gapMs = lastMs === null ? 0 : Math.max(tick.exchange_ts_ms - lastMs, 0) / speed;
    playedMs += Math.min(gapMs, longestPauseMs);
    lastMs = Math.max(lastMs ?? tick.exchange_ts_ms, tick.exchange_ts_ms);
    // Ticks that were recorded out of order stay so.
    const backMs = (lastMs - tick.exchange_ts_ms) / speed;
    const goesOn =
      step === undefined ? await waitUntil(startedAt + playedMs, time, signal) : await step(signal);
    if (!goesOn || signal.aborted) return;
    onTick({
      ...tick,
      exchange_ts_ms: shift ? Math.floor(startedMs + playedMs - backMs) : tick.exchange_ts_ms,
      received_ts_ms: Math.floor(time.nowMs()),
      source: shift ? "replay_shifted" : "replay",
    });
  }
}

async function waitUntil(at: number, time: FeedTime, signal: AbortSignal): Promise<boolean> {
  const waitMs = at - time.monotonicMs();
  return waitMs <= 0 ? !signal.aborted : time.sleep(waitMs, signal);
}
