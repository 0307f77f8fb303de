import { setImmediate as nextTurn } from "node:timers/promises";
import type { MeshClock } from "#mesh";
import type { FeedTime } from "./feeds/feed.ts";

/** Time of a test: it passes only in `advance`, and the wall can be set like any wall clock. */
export type VirtualTime = MeshClock &
  FeedTime &
  Readonly<{
    /** Lets so many ms pass, waking every sleeper at its time. */
    advance: (ms: number) => Promise<void>;
    /** Sets the wall clock forward or back; the monotonic one does not notice. */
    stepWall: (ms: number) => void;
  }>;

type Sleeper = { at: number; wake: (slept: boolean) => void };

export function createVirtualTime(startMs: number): VirtualTime {
  const sleepers = new Set<Sleeper>();
  let passedMs = 0;
  let steppedMs = 0;

  function sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted === true) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const abort = (): void => sleeper.wake(false);
    const sleeper: Sleeper = {
      at: passedMs + Math.max(ms, 0),
      wake(slept): void {
        sleepers.delete(sleeper);
        signal?.removeEventListener("abort", abort);
        resolve(slept);
      },
    };
    signal?.addEventListener("abort", abort, { once: true });
    sleepers.add(sleeper);
    return promise;
  }

  async function advance(ms: number): Promise<void> {
    const target = passedMs + ms;
    await settle();
    for (;;) {
      const [first] = [...sleepers].toSorted((a, b) => a.at - b.at);
      if (first === undefined || first.at > target) break;
      passedMs = Math.max(passedMs, first.at);
      first.wake(true);
      await settle();
    }
    passedMs = target;
    await settle();
  }

  return {
    nowMs: () => startMs + passedMs + steppedMs,
    monotonicMs: () => passedMs,
    sleep,
    advance,
    stepWall(ms): void {
      steppedMs += ms;
    },
  };
}

/** Lets everything run that waits for no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
}
