import { Defect } from "#base";

/** One act after another, in the order they came. */
export type Lane = Readonly<{
  /** Null when as many wait as may. An act that throws ends the lane: that is a bug. */
  run: <T>(act: () => Promise<T>) => Promise<T> | null;
  waiting: () => number;
  /** Resolves when nothing waits. */
  idle: () => Promise<void>;
}>;

export function createLane(bound: number): Lane {
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let broken: unknown = null;

  async function turn<T>(before: Promise<unknown>, act: () => Promise<T>): Promise<T> {
    await before;
    try {
      if (broken !== null) throw new Defect("an act before this one failed", { cause: broken });
      return await act();
    } catch (cause) {
      broken ??= cause;
      throw cause;
    } finally {
      waiting -= 1;
    }
  }

  return {
    run(act) {
      if (waiting >= bound) return null;
      waiting += 1;
      const done = turn(tail, act);
      // The caller hears of a failure; the next in line only waits for the end.
      tail = done.catch(() => undefined);
      return done;
    },
    waiting: () => waiting,
    async idle(): Promise<void> {
      while (waiting > 0) await tail;
    },
  };
}
