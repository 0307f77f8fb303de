/** A clock that stands still until somebody sleeps on it. */
export type ManualTime = Readonly<{
  nowMs: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Called after every step of the clock. */
  onStep: (act: () => void) => void;
}>;

export function manualTime(startMs: number): ManualTime {
  let now = startMs;
  const acts: (() => void)[] = [];
  return {
    nowMs: () => now,
    async sleep(ms): Promise<void> {
      now += ms;
      for (const act of acts) act();
      await new Promise((turn) => setImmediate(turn));
    },
    onStep: (act) => void acts.push(act),
  };
}
