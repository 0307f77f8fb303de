import type { BarSource, MarketBar } from "./bar-source.ts";

/** A bar, and whether it is still open. */
export type SeenBar = Readonly<{ bar: MarketBar; isOpen: boolean }>;

/**
 * Bars of one instrument: before the opening as the source has them, after it as clients saw them.
 * What is shorter than the source's bars begins with the venue: nobody knows the inside of a bar.
 */
export type BarHistory = Readonly<{
  /** The market is here now and so much traded on the way. */
  move: (atMs: number, ticks: number, lots: number) => void;
  /** A bar is over; `recorded` is how it really was. */
  close: (recorded: MarketBar) => void;
  /** The same where nothing was recorded, or clients did not see it: it was as they saw. */
  closeAsSeen: (startMs: number) => void;
  /** Bars of the source's length, newest first, the open one before all. */
  back: (nowMs: number) => Generator<SeenBar>;
  /** Minutes, newest first. */
  minutesBack: (nowMs: number) => Generator<SeenBar>;
}>;

/** The longest history that a query walks through. */
const barsWalked = 200_000;
const minutesKept = 20_000;
const barsKept = 100_000;
const minuteMs = 60_000;

export function createBarHistory(source: BarSource, openedMs: number): BarHistory {
  const { intervalMs } = source;
  const seen: MarketBar[] = [];
  const minutes: MarketBar[] = [];
  let forming: MarketBar | null = null;

  function close(bar: MarketBar): void {
    seen.push(bar);
    // Older ones are in the source, as they were recorded.
    if (seen.length > barsKept) seen.splice(0, barsKept / 2);
    if (forming !== null && forming.startMs <= bar.startMs) forming = null;
  }

  return {
    move: (atMs, ticks, lots) => {
      const startMs = Math.floor(atMs / intervalMs) * intervalMs;
      forming = movedBar(forming?.startMs === startMs ? forming : null, { startMs, ticks, lots });
      const startOfMinute = Math.floor(atMs / minuteMs) * minuteMs;
      const last = minutes.at(-1)?.startMs === startOfMinute ? minutes.pop() : undefined;
      minutes.push(movedBar(last ?? null, { startMs: startOfMinute, ticks, lots }));
      if (minutes.length > minutesKept) minutes.splice(0, minutesKept / 2);
    },
    close,
    closeAsSeen: (startMs) => {
      const last = forming?.close ?? seen.at(-1)?.close ?? null;
      if (forming?.startMs === startMs) close(forming);
      else if (last !== null) close(movedBar(null, { startMs, ticks: last, lots: 0 }));
    },
    *back(nowMs) {
      if (forming !== null && forming.startMs + intervalMs > nowMs) {
        yield { bar: forming, isOpen: true };
      }
      for (let at = seen.length - 1; at >= 0; at -= 1) {
        const bar = seen[at];
        if (bar !== undefined) yield { bar, isOpen: false };
      }
      yield* recordedBefore(source, seen[0]?.startMs ?? forming?.startMs ?? openedMs, nowMs);
    },
    *minutesBack(nowMs) {
      for (let at = minutes.length - 1; at >= 0; at -= 1) {
        const bar = minutes[at];
        if (bar !== undefined) yield { bar, isOpen: bar.startMs + minuteMs > nowMs };
      }
    },
  };
}

/** Bars of the source that were over before `beforeMs`, newest first. */
function* recordedBefore(source: BarSource, beforeMs: number, nowMs: number): Generator<SeenBar> {
  const after = source.indexAtOrAfter(beforeMs);
  if (after === null) return;
  for (let at = after - 1; at >= after - barsWalked; at -= 1) {
    const bar = source.bar(at);
    if (bar === null) return;
    if (bar.startMs + source.intervalMs <= nowMs) yield { bar, isOpen: false };
  }
}

function movedBar(
  bar: MarketBar | null,
  { startMs, ticks, lots }: Readonly<{ startMs: number; ticks: number; lots: number }>,
): MarketBar {
  if (bar === null) {
    return { startMs, open: ticks, high: ticks, low: ticks, close: ticks, volume: lots };
  }
  return {
    ...bar,
    high: Math.max(bar.high, ticks),
    low: Math.min(bar.low, ticks),
    close: ticks,
    volume: bar.volume + lots,
  };
}
