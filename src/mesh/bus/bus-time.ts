/** The bus's own clock and alarm: it outlives the services that use it. */
export type BusTime = Readonly<{
  nowMs: () => number;
  /** Does it once after the time; the result calls it off. */
  after: (ms: number, act: () => void) => () => void;
}>;

export const machineTime: BusTime = {
  nowMs: () => Date.now(),
  after(ms, act) {
    // Longer waits than a timer can hold are taken in turns by whoever looks again.
    const timer = setTimeout(act, Math.min(Math.max(ms, 0), 2_000_000_000));
    return () => clearTimeout(timer);
  },
};
