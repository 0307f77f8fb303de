import type { Subscription, SubscriptionCounts } from "./bus.ts";
import type { BusTime } from "./bus-time.ts";
import type { CheckedRequest } from "./check-request.ts";
import type { MemoryCursor } from "./memory-cursor.ts";

/** How long a stop waits for handlers when nobody says otherwise. */
export const defaultStopMs = 8000;

/** Serves cursors until somebody stops it; `left` is told before `drained` resolves. */
export function serve(
  { durable, handler, inFlight, retry }: CheckedRequest,
  cursors: readonly MemoryCursor[],
  time: BusTime,
  left: () => void,
): Subscription {
  const hurry = new AbortController();
  const counts = newCounts();
  const drained = Promise.withResolvers<void>();
  let stopping = false;
  for (const cursor of cursors) {
    cursor.attach({ handler, inFlight, retry, hurry: hurry.signal, counts });
  }
  return {
    durable,
    async stop(deadlineMs = defaultStopMs) {
      if (!stopping) {
        stopping = true;
        const callOff = time.after(deadlineMs, () => hurry.abort());
        await Promise.all(cursors.map(async (cursor) => cursor.detach()));
        callOff();
        left();
        drained.resolve();
      }
      await drained.promise;
    },
    drained: drained.promise,
    counts: () => ({ ...counts }),
  };
}

export function newCounts(): { -readonly [Count in keyof SubscriptionCounts]: number } {
  return { delivered: 0, redelivered: 0, acknowledged: 0, dead: 0, dropped: 0 };
}
