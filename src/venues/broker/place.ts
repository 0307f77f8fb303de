import { err, ok, type Result } from "#base";
import type { Permit } from "#safety";
import type { NewOrder, OrderType, StpMode } from "../port.ts";
import { placeSubject } from "../switch/send-gate.ts";
import { affordRefusal } from "./agent-gates.ts";
import type { Judged } from "./answer.ts";
import type { Attempt } from "./attempt-lines.ts";
import { accountView, type Desk, waitForRate } from "./desk.ts";
import type { Refusal } from "./fences.ts";
import type { PlaceIntent, WriteOutcome } from "./intent.ts";
import { limitRefusal } from "./limit-gates.ts";
import { restingRefusal } from "./netting.ts";
import { formRefusal } from "./order-form.ts";
import { markOpen, type OwnOrder, viewOf } from "./own-orders.ts";
import { isRateLimit } from "./reasons.ts";
import { resolveOrder } from "./resolve.ts";
import { permitFor } from "./safety-gate.ts";
import { recordRefusal, writeAhead } from "./write-ahead.ts";

/** A request that certainly did not reach the venue, or came too often, is tried again. */
const maxTries = 3;
const firstBackoffMs = 250;

/**
 * Places one order: through all gates, recorded ahead, and followed until it is known what became
 * of it or that this is not known. `netted` says that the netting of its tick keeps it home.
 */
export async function placeOrder(
  desk: Desk,
  intent: PlaceIntent,
  netted: Refusal | null,
): Promise<WriteOutcome> {
  let clientOrderId = desk.ids.nextClientOrderId();
  for (let tries = 1; ; tries += 1) {
    const gate = netted === null ? await passGates(desk, intent, clientOrderId) : err(netted);
    const attempt = attemptOf(desk, intent, clientOrderId);
    if (!gate.ok) {
      await recordRefusal(desk, attempt, gate.fault);
      return refusedOutcome(desk, intent, gate.fault);
    }
    const outcome = await send(desk, attempt, gate.value);
    if (!mayTryAgain(outcome, tries)) return outcome.outcome;
    await desk.options.time.sleep(firstBackoffMs * tries);
    // A refused id was used up; one whose request never arrived must not become two orders.
    if (outcome.outcome.status === "rejected") clientOrderId = desk.ids.nextClientOrderId();
  }
}

type Cleared = Readonly<{ order: NewOrder; permit: Permit }>;

/** Every gate in one place, the venue's windows first, because only they wait. */
async function passGates(
  desk: Desk,
  intent: PlaceIntent,
  clientOrderId: string,
): Promise<Result<Cleared, Refusal>> {
  const frozen = frozenRefusal(desk);
  if (frozen !== null) return err(frozen);
  const { instId } = intent.order;
  if (!(await waitForRate(desk, "place", instId))) {
    return err({ fence: "fence_rate_limiter_block_order", reason: "exchange_rate_limited" });
  }
  const order = venueOrder(desk, intent, clientOrderId);
  const permit = permitFor(placeSubject(order), desk.options.safety);
  if (!permit.ok) return permit;
  const refusal = frozenRefusal(desk) ?? orderRefusal(desk, intent);
  return refusal === null ? ok({ order, permit: permit.value }) : err(refusal);
}

/** Evidence may have broken while the order waited. */
export function frozenRefusal({ freeze }: Desk): Refusal | null {
  const frozen = freeze.state();
  return frozen === null ? null : { fence: "fence_execution_frozen", reason: "execution_frozen" };
}

/** Why the venue should not be asked now. */
export function unavailableRefusal({ health, options }: Desk): Refusal | null {
  const reason = health.refusal(options.time.nowMs());
  return reason === null ? null : { fence: "fence_exchange_available", reason };
}

function orderRefusal(desk: Desk, intent: PlaceIntent): Refusal | null {
  const { limits, selfTrade, facts, time } = desk.options;
  const { order, owner } = intent;
  const view = accountView(desk);
  const listed = limits.instruments.includes(order.instId);
  const instrument = listed ? (desk.instrumentById.get(order.instId) ?? null) : null;
  const unknown = { equity: null, positionNotional: null };
  const agent = owner.type === "agent" ? facts.agent(owner.agentIdHash) : unknown;
  const { availableEquity } = facts.account();
  return (
    unavailableRefusal(desk) ??
    formRefusal(order, instrument) ??
    limitRefusal(order, limits, view) ??
    affordRefusal(intent, { agent, availableEquity }, limits, view) ??
    (selfTrade.type === "netting" ? restingRefusal(order, view.live) : null) ??
    // Last, because asking may disable an agent.
    desk.pace.refusal(intent, time.nowMs())
  );
}

type Sent = Readonly<{ outcome: WriteOutcome; judged: Judged | null }>;

async function send(desk: Desk, attempt: Attempt, { order, permit }: Cleared): Promise<Sent> {
  const { venue, time } = desk.options;
  const intent = attempt.placed;
  const own = track(desk, intent, order);
  desk.pace.count(intent, time.nowMs());
  desk.budget.spend("place", order.instId, time.nowMs());
  const written = await writeAhead(desk, attempt, () => venue.place(permit, order));
  if (written === null) {
    desk.orders.end(own, "absent");
    const refusal = { fence: "fence_execution_frozen", reason: "evidence_not_durable" } as const;
    return { outcome: refusedOutcome(desk, intent, refusal), judged: null };
  }
  const { judged, ordId } = written;
  own.ordId ??= ordId;
  if (judged.doubtful) await resolveOrder(desk, own, judged);
  else if (judged.status === "rejected") desk.orders.end(own, "rejected");
  else markOpen(own, time.nowMs());
  return { outcome: outcomeOf(intent, judged, own), judged };
}

/** Counted from before it leaves: what was sent is exposure until it is known not to be. */
function track(desk: Desk, intent: PlaceIntent, order: NewOrder): OwnOrder {
  const sentMs = desk.options.time.nowMs();
  const own: OwnOrder = {
    clientOrderId: order.clOrdId,
    intent,
    ordId: null,
    phase: "sending",
    state: null,
    sz: order.sz,
    px: order.px,
    filled: "0",
    expiresMs: order.expTimeMs,
    sentMs,
    knownMs: sentMs,
  };
  desk.orders.add(own);
  return own;
}

function mayTryAgain({ outcome, judged }: Sent, tries: number): boolean {
  if (judged === null || tries >= maxTries) return false;
  if (outcome.order?.phase !== "ended") return false;
  return isRateLimit(judged.reasonCode) || (judged.notSent && outcome.status === "error");
}

function venueOrder(desk: Desk, { order }: PlaceIntent, clOrdId: string): NewOrder {
  const { selfTrade, limits, time } = desk.options;
  return {
    ...order,
    clOrdId,
    stpMode: selfTrade.type === "stp" ? stpModeFor(order.ordType, selfTrade.mode) : null,
    tag: null,
    expTimeMs: time.nowMs() + limits.requestLifeMs,
  };
}

/** The venue takes no cancel_both with fill-or-kill; either way the agents do not meet. */
function stpModeFor(ordType: OrderType, mode: StpMode): StpMode {
  return ordType === "fok" && mode === "cancel_both" ? "cancel_maker" : mode;
}

function attemptOf(desk: Desk, intent: PlaceIntent, clientOrderId: string): Attempt {
  return {
    attemptId: desk.ids.nextAttemptId(),
    clientOrderId,
    operation: "place",
    head: intent,
    placed: intent,
    sz: intent.order.sz,
    px: intent.order.px,
    ordId: null,
  };
}

export function outcomeOf(
  { intentId }: Readonly<{ intentId: string }>,
  judged: Judged,
  own: OwnOrder,
): WriteOutcome {
  const { status, classification, reasonCode, recommendedAction } = judged;
  const order = viewOf(own);
  return { intentId, status, classification, reasonCode, recommendedAction, fence: null, order };
}

export function refusedOutcome(
  { freeze }: Desk,
  { intentId }: Readonly<{ intentId: string }>,
  { fence, reason }: Refusal,
): WriteOutcome {
  const frozen = fence === "fence_execution_frozen" && freeze.state() !== null;
  return {
    intentId,
    status: "refused",
    classification: frozen ? "L1_EXECUTION_FROZEN" : "L1_LOCAL_GATE_REJECTED",
    reasonCode: reason,
    recommendedAction: frozen ? "end_the_run" : "do_not_retry",
    fence,
    order: null,
  };
}
