import type { OrderChange } from "../port.ts";
import { amendSubject } from "../switch/send-gate.ts";
import { affordRefusal } from "./agent-gates.ts";
import type { Attempt } from "./attempt-lines.ts";
import { unitsOrZero } from "./decimal-units.ts";
import { accountView, type Desk, waitForRate } from "./desk.ts";
import type { Refusal } from "./fences.ts";
import type { AmendIntent, PlaceIntent, WriteOutcome } from "./intent.ts";
import { limitRefusal } from "./limit-gates.ts";
import { lookAt } from "./look.ts";
import { restingRefusal } from "./netting.ts";
import { formRefusal } from "./order-form.ts";
import type { OwnOrder } from "./own-orders.ts";
import { frozenRefusal, outcomeOf, refusedOutcome, unavailableRefusal } from "./place.ts";
import { permitFor } from "./safety-gate.ts";
import { recordRefusal, writeAhead } from "./write-ahead.ts";

/**
 * Changes size or price of an order of ours. It passes the gates of a new order of that size and
 * price; until the exchange says which of the two holds, the larger one counts.
 */
export async function amendOrder(
  desk: Desk,
  intent: AmendIntent,
  own: OwnOrder,
): Promise<WriteOutcome> {
  const { order } = own.intent;
  const wanted = { ...order, sz: intent.newSz ?? own.sz, px: intent.newPx ?? own.px };
  const attempt: Attempt = {
    attemptId: desk.ids.nextAttemptId(),
    clientOrderId: own.clientOrderId,
    operation: "replace",
    head: intent,
    placed: own.intent,
    sz: wanted.sz,
    px: wanted.px,
    ordId: own.ordId,
  };
  const refuse = async (refusal: Refusal): Promise<WriteOutcome> => {
    await recordRefusal(desk, attempt, refusal);
    return refusedOutcome(desk, intent, refusal);
  };

  const frozen = frozenRefusal(desk);
  if (frozen !== null) return refuse(frozen);
  if (!(await waitForRate(desk, "amend", order.instId))) {
    return refuse({ fence: "fence_rate_limiter_block_order", reason: "exchange_rate_limited" });
  }
  const change = changeOf(desk, intent, own);
  const permit = permitFor(amendSubject(change), desk.options.safety);
  if (!permit.ok) return refuse(permit.fault);
  const refusal = frozenRefusal(desk) ?? changeRefusal(desk, { ...own.intent, order: wanted }, own);
  if (refusal !== null) return refuse(refusal);

  const before = { sz: own.sz, px: own.px };
  if (unitsOrZero(wanted.sz) > unitsOrZero(own.sz)) own.sz = wanted.sz;
  desk.budget.spend("amend", order.instId, desk.options.time.nowMs());
  const { venue } = desk.options;
  const written = await writeAhead(desk, attempt, () => venue.amend(permit.value, change));
  if (written === null) {
    Object.assign(own, before);
    return refusedOutcome(desk, intent, {
      fence: "fence_execution_frozen",
      reason: "evidence_not_durable",
    });
  }
  const { judged } = written;
  if (judged.status === "rejected" && !judged.doubtful) Object.assign(own, before);
  // The answer says that the change was taken in, not that it was made: the exchange tells.
  await lookAt(desk, own);
  return outcomeOf(intent, judged, own);
}

function changeRefusal(desk: Desk, changed: PlaceIntent, own: OwnOrder): Refusal | null {
  if (own.phase !== "open") return { fence: "fence_order_form", reason: "order_not_open" };
  const { limits, selfTrade, facts } = desk.options;
  const { order, owner } = changed;
  const whole = accountView(desk);
  const view = { ...whole, live: whole.live.filter((other) => other !== own) };
  const instrument = desk.instrumentById.get(order.instId) ?? null;
  const unknown = { equity: null, positionNotional: null };
  const agent = owner.type === "agent" ? facts.agent(owner.agentIdHash) : unknown;
  const { availableEquity } = facts.account();
  return (
    unavailableRefusal(desk) ??
    formRefusal(order, instrument) ??
    limitRefusal(order, limits, view) ??
    affordRefusal(changed, { agent, availableEquity }, limits, view) ??
    (selfTrade.type === "netting" ? restingRefusal(order, view.live) : null)
  );
}

function changeOf({ options }: Desk, intent: AmendIntent, own: OwnOrder): OrderChange {
  return {
    instId: own.intent.order.instId,
    by: { clOrdId: own.clientOrderId },
    newSz: intent.newSz,
    newPx: intent.newPx,
    expTimeMs: options.time.nowMs() + options.limits.requestLifeMs,
  };
}
