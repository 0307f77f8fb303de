import { type Answer, algoKinds, type OrderAck, type OrderRow } from "../port.ts";
import { boundedCall } from "./bounded-call.ts";
import { cancelEnded, cancelOrder } from "./cancel.ts";
import { type Desk, freezeDesk } from "./desk.ts";
import type { CancelIntent, IntentHead } from "./intent.ts";
import { lookAt } from "./look.ts";
import type { OwnOrder } from "./own-orders.ts";

export type CancelAllRequest = Omit<IntentHead, "intentId"> &
  Readonly<{
    /** Every order's cancel is an intent of its own: this, and the order's id. */
    intentPrefix: string;
    instIds: readonly string[];
    /**
     * Orders and algo orders that are not of this run too. It is for the preflight: evidence has no
     * place for such a cancel after the first order of an agent.
     */
    others: boolean;
  }>;

export type CancelAllReport = Readonly<{
  /** The exchange was asked and says that nothing is left. */
  clear: boolean;
  own: number;
  others: number;
  algos: number;
  rounds: number;
  /** Why it is not clear; null when it is. */
  reason: "open_orders_unknown" | "orders_left" | null;
}>;

/** The exchange lists a hundred at a time, so there may be many rounds while each cancels some. */
const maxRounds = 60;
const maxIdleRounds = 6;
const pauseMs = 250;

/**
 * Cancels whatever rests and asks again until the exchange says that nothing does. Always allowed.
 * A cancel of an order that is not ours is recorded as a call of the preflight that carries out no
 * attempt; the attempts of a run are its own.
 */
export async function cancelAll(desk: Desk, request: CancelAllRequest): Promise<CancelAllReport> {
  const done = { own: 0, others: 0, algos: 0 };
  for (let round = 1, idle = 0; ; round += 1) {
    const before = done.own + done.others + done.algos;
    const reason = await cancelRound(desk, request, done);
    if (reason === null) return { clear: true, ...done, rounds: round, reason };
    idle = done.own + done.others + done.algos > before ? 0 : idle + 1;
    if (idle === maxIdleRounds || round === maxRounds) {
      return { clear: false, ...done, rounds: round, reason };
    }
    await desk.options.time.sleep(pauseMs * (idle + 1));
  }
}

type Done = { own: number; others: number; algos: number };

/** Null when it found nothing to cancel. */
async function cancelRound(
  desk: Desk,
  request: CancelAllRequest,
  done: Done,
): Promise<CancelAllReport["reason"]> {
  let unknown = false;
  let left = false;
  for (const instId of request.instIds) {
    const orders = await openOrders(desk, instId);
    const algos = request.others ? await openAlgos(desk, instId) : [];
    unknown ||= orders === null || algos === null;
    for (const row of orders ?? []) left = (await cancelRow(desk, request, row, done)) || left;
    for (const algoId of algos ?? []) {
      left = true;
      done.algos += 1;
      const about = { endpoint: "/api/v5/trade/cancel-algos", params: { instId, algoId } };
      await foreignCancel(desk, { ...about, clOrdId: null, ordId: algoId }, async () =>
        desk.options.venue.cancelAlgo(instId, algoId),
      );
    }
  }
  // What the exchange does not list may be on its way to it.
  for (const own of desk.orders.live()) {
    if (!request.instIds.includes(own.intent.order.instId)) continue;
    if (own.phase !== "sending") await lookAt(desk, own);
    left ||= own.phase !== "ended";
    if (own.phase === "open") await cancelOwn(desk, request, own, done);
  }
  if (unknown) return "open_orders_unknown";
  return left ? "orders_left" : null;
}

/** Whether the row was something to cancel. */
async function cancelRow(
  desk: Desk,
  request: CancelAllRequest,
  row: OrderRow,
  done: Done,
): Promise<boolean> {
  const own = row.clOrdId === null ? null : desk.orders.get(row.clOrdId);
  if (own !== null && own.phase !== "ended") {
    await cancelOwn(desk, request, own, done);
    return true;
  }
  if (own !== null) {
    const detail = `${own.clientOrderId} ended as ${own.state}, and is open at the exchange`;
    const { tick } = request;
    await freezeDesk(desk, "truth_profile_degraded", detail, { tick, line: null });
    await cancelEnded(desk, cancelIntent(request, own), own, row.ordId);
    done.own += 1;
    return true;
  }
  if (!request.others) return false;
  done.others += 1;
  const { instId, ordId, clOrdId } = row;
  const about = { endpoint: "/api/v5/trade/cancel-order", params: { instId, ordId } };
  await foreignCancel(desk, { ...about, clOrdId, ordId }, async () =>
    desk.options.venue.cancel(instId, { ordId }),
  );
  return true;
}

async function cancelOwn(
  desk: Desk,
  request: CancelAllRequest,
  own: OwnOrder,
  done: Done,
): Promise<void> {
  await cancelOrder(desk, cancelIntent(request, own), own);
  if (own.phase === "ended") done.own += 1;
}

function cancelIntent(
  { owner, kind, tick, tickReason, intentPrefix }: CancelAllRequest,
  { clientOrderId }: OwnOrder,
): CancelIntent {
  const intentId = `${intentPrefix}${clientOrderId}`;
  return { intentId, owner, kind, tick, tickReason, clientOrderId };
}

async function openOrders(desk: Desk, instId: string): Promise<readonly OrderRow[] | null> {
  const { venue, recorder, time } = desk.options;
  const endpoint = "/api/v5/trade/orders-pending";
  const about = { method: "GET", endpoint, params: { instId }, nowMs: time.nowMs() } as const;
  const answer = await boundedCall(about, async () => venue.openOrders(instId));
  await recorder.query(answer.call);
  return answer.ok ? answer.value : null;
}

async function openAlgos(desk: Desk, instId: string): Promise<readonly string[] | null> {
  const { venue, recorder, time } = desk.options;
  const endpoint = "/api/v5/trade/orders-algo-pending";
  const ids: string[] = [];
  for (const kind of algoKinds) {
    const params = { instId, ordType: kind };
    const about = { method: "GET", endpoint, params, nowMs: time.nowMs() } as const;
    const answer = await boundedCall(about, async () => venue.openAlgoOrders(instId, kind));
    await recorder.query(answer.call);
    if (!answer.ok) return null;
    ids.push(...answer.value.map(({ algoId }) => algoId));
  }
  return ids;
}

type ForeignCancel = Readonly<{
  endpoint: string;
  params: Readonly<Record<string, string>>;
  clOrdId: string | null;
  /** The exchange's id of it, or of the algo order. */
  ordId: string;
}>;

/** Whether it was taken, the next look at the account says. */
async function foreignCancel(
  { options }: Desk,
  { endpoint, params, clOrdId, ordId }: ForeignCancel,
  send: () => Promise<Answer<OrderAck>>,
): Promise<void> {
  const { recorder, time } = options;
  const callId = recorder.nextCallId();
  const answer = await boundedCall({ method: "POST", endpoint, params, nowMs: time.nowMs() }, send);
  const purpose = { component: "preflight", operation: "cancel", attemptId: null } as const;
  await recorder.record(answer.call, { ...purpose, callId, clOrdId, ordId });
}
