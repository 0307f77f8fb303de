/** Waits of one service, so that none outlives it. */
export type Timers = Readonly<{
  /** Does it once, after the time. */
  after: (ms: number, act: TimedAct) => CancelTimer;
  /**
   * Does it again and again, the first time after one interval. A round that takes longer than
   * the interval delays the next one: two rounds never run side by side.
   */
  every: (ms: number, act: TimedAct) => CancelTimer;
  /** Waits; ends early, with false, when the signal aborts or the service stops. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<boolean>;
}>;

export type TimedAct = () => void | Promise<void>;

export type CancelTimer = () => void;

/** Timers with the hand that ends them all. */
export type OwnedTimers = Timers & Readonly<{ cancelAll: () => void }>;

/** `crashed` hears of an act that threw: a bug of the service that set the timer. */
export function createTimers(crashed: (cause: unknown) => void): OwnedTimers {
  const cancels = new Set<CancelTimer>();
  let over = false;

  async function run(act: TimedAct): Promise<void> {
    try {
      await act();
    } catch (cause) {
      crashed(cause);
    }
  }

  const schedule: Schedule = (ms, due, cancelled = () => {}) => {
    if (over) {
      cancelled();
      return () => {};
    }
    const cancel = (): void => {
      clearTimeout(handle);
      if (cancels.delete(cancel)) cancelled();
    };
    const handle = setTimeout(() => {
      cancels.delete(cancel);
      due();
    }, ms);
    cancels.add(cancel);
    return cancel;
  };

  return {
    after: (ms, act) => schedule(ms, () => void run(act)),
    every: (ms, act) => repeat(schedule, ms, () => run(act)),
    sleep: (ms, signal) => sleep(schedule, ms, signal),
    cancelAll() {
      over = true;
      for (const cancel of [...cancels]) cancel();
    },
  };
}

/** `due` after the time, or `cancelled` when it is called off before. */
type Schedule = (ms: number, due: () => void, cancelled?: () => void) => CancelTimer;

function repeat(schedule: Schedule, ms: number, act: () => Promise<void>): CancelTimer {
  let over = false;
  let cancel: CancelTimer = () => {};
  const round = async (): Promise<void> => {
    await act();
    if (!over) next();
  };
  const next = (): void => {
    cancel = schedule(ms, () => void round());
  };
  next();
  return () => {
    over = true;
    cancel();
  };
}

function sleep(schedule: Schedule, ms: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted === true) return Promise.resolve(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const done = (whole: boolean): void => {
    signal?.removeEventListener("abort", early);
    resolve(whole);
  };
  const early = (): void => cancel();
  const cancel = schedule(
    ms,
    () => done(true),
    () => done(false),
  );
  signal?.addEventListener("abort", early, { once: true });
  return promise;
}
