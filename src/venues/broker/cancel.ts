import type { Attempt } from "./attempt-lines.ts";
import { type Desk, waitForRate } from "./desk.ts";
import type { CancelIntent, WriteOutcome } from "./intent.ts";
import { lookAt } from "./look.ts";
import { type OwnOrder, viewOf } from "./own-orders.ts";
import { outcomeOf } from "./place.ts";
import { writeAhead } from "./write-ahead.ts";

/** A cancel may be sent again without harm; after this many it is for the next follow-up. */
const maxTries = 4;
const looksPerTry = 3;
const pauseMs = 200;

/**
 * Cancels an order of ours and asks until its end is known. Needs no permit and passes no gate:
 * not halted, not frozen, and not kept back by evidence that cannot be written.
 */
export async function cancelOrder(
  desk: Desk,
  intent: CancelIntent,
  own: OwnOrder,
): Promise<WriteOutcome> {
  const { venue, time } = desk.options;
  const { instId } = own.intent.order;
  let outcome = endedOutcome(intent, own);
  for (let tries = 0; tries < maxTries && own.phase !== "ended"; tries += 1) {
    if (tries > 0) await time.sleep(pauseMs * tries);
    // Whether or not the window opens: too often is for the exchange to say.
    await waitForRate(desk, "cancel", instId);
    desk.budget.spend("cancel", instId, time.nowMs());
    const attempt = attemptOf(desk, intent, own);
    const send = async (): ReturnType<typeof venue.cancel> =>
      venue.cancel(instId, { clOrdId: own.clientOrderId });
    const written = await writeAhead(desk, attempt, send, false);
    await learnEnd(desk, own);
    if (written !== null) outcome = outcomeOf(intent, written.judged, own);
  }
  return outcome;
}

/**
 * Cancels an order of ours that had ended by all that was known, and rests at the exchange. Its
 * books stay closed: the exchange contradicts itself, and a later look cannot mend that.
 */
export async function cancelEnded(
  desk: Desk,
  intent: CancelIntent,
  own: OwnOrder,
  ordId: string,
): Promise<void> {
  const { venue, time } = desk.options;
  const { instId } = own.intent.order;
  await waitForRate(desk, "cancel", instId);
  desk.budget.spend("cancel", instId, time.nowMs());
  const attempt = { ...attemptOf(desk, intent, own), ordId };
  await writeAhead(desk, attempt, async () => venue.cancel(instId, { ordId }), false);
}

/** The exchange takes a moment from the answer to the end; a fill may come first. */
async function learnEnd(desk: Desk, own: OwnOrder): Promise<void> {
  for (let look = 0; look < looksPerTry; look += 1) {
    if (look > 0) await desk.options.time.sleep(pauseMs * look);
    const seen = await lookAt(desk, own);
    if (own.phase === "ended" || seen !== "known") return;
  }
}

function attemptOf(desk: Desk, intent: CancelIntent, own: OwnOrder): Attempt {
  return {
    attemptId: desk.ids.nextAttemptId(),
    clientOrderId: own.clientOrderId,
    operation: "cancel",
    head: intent,
    placed: own.intent,
    sz: own.sz,
    px: own.px,
    ordId: own.ordId,
  };
}

/** There is nothing left to cancel, and nothing was sent. */
function endedOutcome({ intentId }: CancelIntent, own: OwnOrder): WriteOutcome {
  return {
    intentId,
    status: "refused",
    classification: "L1_LOCAL_GATE_REJECTED",
    reasonCode: "order_already_ended",
    recommendedAction: null,
    fence: null,
    order: viewOf(own),
  };
}
