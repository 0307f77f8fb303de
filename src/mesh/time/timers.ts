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
  let ended = false;

  async function run(act: TimedAct): Promise<void> {
    try {
      await act();
    } catch (cause) {
      crashed(cause);
    }
  }

  function schedule(ms: number, due: () => void, cancelled: () => void = () => {}): CancelTimer {
    if (ended) {
      cancelled();
      return () => {};
    }
    const handle = setTimeout(() => {
      cancels.delete(cancel);
      due();
    }, ms);
    const cancel = (): void => {
      clearTimeout(handle);
      if (cancels.delete(cancel)) cancelled();
    };
    cancels.add(cancel);
    return cancel;
  }

  function every(ms: number, act: TimedAct): CancelTimer {
    let over = false;
    let cancel: CancelTimer = () => {};
    const next = (): void => {
      cancel = schedule(ms, () => void round());
    };
    const round = async (): Promise<void> => {
      await run(act);
      if (!over) next();
    };
    next();
    return () => {
      over = true;
      cancel();
    };
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted === true) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const early = (): void => cancel();
    const done = (whole: boolean): void => {
      signal?.removeEventListener("abort", early);
      resolve(whole);
    };
    const cancel = schedule(
      ms,
      () => done(true),
      () => done(false),
    );
    signal?.addEventListener("abort", early, { once: true });
    return promise;
  }

  return {
    after: (ms, act) => schedule(ms, () => void run(act)),
    every,
    sleep,
    cancelAll() {
      ended = true;
      for (const cancel of [...cancels]) cancel();
    },
  };
}
