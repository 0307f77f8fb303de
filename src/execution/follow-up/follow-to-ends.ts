import type { Broker } from "#venues";
import type { RunClock } from "../clock/run-clock.ts";

/** Looks at an order are bounded, whatever the exchange answers. */
const maxLooks = 200;

/** Ends nothing: for what has to be finished whoever asks to stop. */
export const patience: AbortSignal = new AbortController().signal;

/** By whose clock to wait, and how long between two looks. */
export type Pace = Readonly<{
  journal: Readonly<{ clock: RunClock }>;
  request: Readonly<{ config: Readonly<{ pollMs: number }> }>;
}>;

export type FollowBounds = Readonly<{
  /** Null: as long as somebody learns something. */
  deadlineMs: number | null;
  signal: AbortSignal;
}>;

/**
 * Looks at our orders until none is left that has not ended, the deadline has come, or nobody
 * learns anything any more. True when all have ended.
 */
export async function followToEnds(
  { journal, request }: Pace,
  broker: Broker,
  { deadlineMs, signal }: FollowBounds = { deadlineMs: null, signal: patience },
): Promise<boolean> {
  const { clock } = journal;
  for (let look = 0; look < maxLooks; look += 1) {
    const { open, unknown } = await broker.followUp();
    if (open + unknown === 0) return true;
    const nowMs = clock.nowMillis();
    if (deadlineMs !== null && nowMs >= deadlineMs) return false;
    const nextMs = Math.min(nowMs + request.config.pollMs, deadlineMs ?? Number.MAX_SAFE_INTEGER);
    await clock.waitUntil(Math.max(nextMs, nowMs + 1), signal);
    if (signal.aborted) return false;
  }
  return false;
}

/** Cancels every order of ours that has not ended; always allowed. True when all have ended. */
export async function cancelRest(
  session: Pace,
  broker: Broker,
  tick: number | null,
): Promise<Readonly<{ ended: boolean; cancelled: number }>> {
  const resting = broker.orders().filter(({ phase }) => phase !== "ended");
  for (const { clientOrderId, intent } of resting) {
    await broker.cancel({
      intentId: intent.intentId,
      owner: intent.owner,
      kind: "cancel_at_end_of_life",
      tick,
      tickReason: tick === null ? "after_the_last_tick" : null,
      clientOrderId,
    });
  }
  if (resting.length > 0) await broker.followUp();
  const left = broker.orders().filter(({ phase }) => phase !== "ended");
  if (left.length > 0) await followToEnds(session, broker);
  return {
    ended: broker.orders().every(({ phase }) => phase === "ended"),
    cancelled: resting.length,
  };
}
