import type { Delivery, DeliveryHandler } from "./bus.ts";
import type { BusEvent } from "./bus-event.ts";
import type { BusTime } from "./bus-time.ts";
import type { Verdict } from "./redelivery.ts";

export type Attempt = Readonly<{
  event: BusEvent;
  attempt: number;
  handlerMs: number;
  /** Aborts when nobody waits for the handler any longer. */
  hurry: AbortSignal;
}>;

/**
 * Lets the handler try, and says how that ended: its own word, or nak when it threw, ended without
 * one, or ran out of time. Resolves when the handler has ended or its time has; never rejects.
 */
export async function runAttempt(
  handler: DeliveryHandler,
  { event, attempt, handlerMs, hurry }: Attempt,
  time: BusTime,
): Promise<Verdict> {
  let word: Verdict | null = null;
  const say = (verdict: Verdict): void => {
    word ??= verdict;
  };
  const limit = new AbortController();
  const delivery: Delivery = {
    event,
    attempt,
    signal: limit.signal,
    ack: () => say({ type: "ack" }),
    nak: (delayMs, reason) => {
      const told = reason ?? "the handler asked for another attempt";
      say({
        type: "nak",
        delayMs: delayMs === undefined ? null : Math.max(0, delayMs),
        reason: told,
      });
    },
    term: (reason) => say({ type: "term", reason }),
  };
  const ended = Promise.withResolvers<void>();
  const giveUp = (reason: string): void => {
    say({ type: "nak", delayMs: null, reason });
    limit.abort();
    ended.resolve();
  };
  const stopped = (): void => giveUp("the subscription stopped before the handler had ended");
  const calledOff = time.after(handlerMs, () => {
    giveUp(`the handler took longer than ${handlerMs} ms`);
  });
  hurry.addEventListener("abort", stopped, { once: true });
  if (hurry.aborted) stopped();
  else void attend(handler, delivery, say).then(ended.resolve);
  await ended.promise;
  calledOff();
  hurry.removeEventListener("abort", stopped);
  return word ?? { type: "nak", delayMs: null, reason: "the handler ended without a word" };
}

/** What a handler throws is a failed attempt: the bus tries again and then keeps the letter. */
async function attend(
  handler: DeliveryHandler,
  delivery: Delivery,
  say: (verdict: Verdict) => void,
): Promise<void> {
  try {
    await handler(delivery);
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    say({ type: "nak", delayMs: null, reason });
  }
}
