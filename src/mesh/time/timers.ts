/** Waits of one service, so that none outlives it. */
export type Timers = Readonly<{
  /** Does it once, after the time. */
  after: (ms: number, act: () => void | Promise<void>) => CancelTimer;
  /**
   * Does it again and again, the first time after one interval. A round that takes longer than
   * the interval delays the next one: two rounds never run side by side.
   */
  every: (ms: number, act: () => void | Promise<void>) => CancelTimer;
  /** Waits; ends early, with false, when the signal aborts or the service stops. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<boolean>;
}>;

export type CancelTimer = () => void;
