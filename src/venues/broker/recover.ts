import { type Millis, millisFromIso } from "#base";
import type { ExchangeApiCall, OrderAttempt } from "#evidence";
import type { LineBody } from "../recording/evidence-sink.ts";
import { judgeAnswer } from "./answer.ts";
import { outcomeLine } from "./attempt-lines.ts";
import { type Desk, freezeDesk } from "./desk.ts";
import { isFence } from "./fences.ts";
import type { Frozen } from "./freeze.ts";
import type { LeverageFact, Owner, PlaceIntent } from "./intent.ts";
import { lookAt } from "./look.ts";
import { numberIn, orderNumber } from "./order-ids.ts";
import type { OwnOrder } from "./own-orders.ts";
import type { RecordedOrders } from "./read-recorded.ts";

/** What a restart found out of what the process before it left. */
export type RecoveryReport = Readonly<{
  orders: number;
  /** Attempts that were about to be sent when the process ended. */
  withoutOutcome: number;
  /** Orders that the exchange has. */
  found: number;
  /** Orders that it never got, or does not get any more. */
  absent: number;
  /** Our names of orders of which nobody can say; while there is one, nothing is placed. */
  unresolved: readonly string[];
}>;

/** The counters that a run has used: names are never used twice, whatever became of the first. */
export function countersOf(
  recorded: RecordedOrders | null,
  prefix: string,
): Readonly<{ orders: number; attempts: number }> {
  let [orders, attempts] = [0, 0];
  for (const line of recorded?.attempts ?? []) {
    orders = Math.max(orders, orderNumber(prefix, line.client_order_id) ?? 0);
    attempts = Math.max(attempts, numberIn(line.attempt_id));
  }
  return { orders, attempts };
}

/** How many calls were named: an attempt names its call before it makes it. */
export function callsNamed(recorded: RecordedOrders | null): number {
  const named = [
    ...(recorded?.calls ?? []).map(({ call_id }) => call_id),
    ...(recorded?.attempts ?? []).map(({ connector_call }) => connector_call?.call_id ?? ""),
  ];
  return named.reduce((most, id) => Math.max(most, numberIn(id)), 0);
}

export function frozenBefore(recorded: RecordedOrders | null): Frozen | null {
  const first = recorded?.freezes[0];
  if (first === undefined) return null;
  const { freeze_id: freezeId, freeze_reason_code: reason, ts_utc: tsUtc } = first;
  return { freezeId, reason, detail: first.freeze_reason_detail, tsUtc };
}

/** Puts the orders of the process before into the books: as open as they may be. */
export function rememberOrders(desk: Desk, recorded: RecordedOrders): void {
  for (const line of recorded.attempts) {
    recount(desk, line);
    if (line.operation === "place") rememberPlace(desk, line);
    else if (line.operation === "replace") rememberReplace(desk, line);
  }
  for (const call of recorded.calls) {
    const own = desk.orders.get(call.operation === "place" ? (call.clOrdId ?? "") : "");
    if (own !== null) own.ordId ??= call.ordId;
  }
  for (const sample of recorded.samples) {
    const own = desk.orders.get(sample.clOrdId);
    if (own === null || own.phase === "ended") continue;
    own.ordId ??= sample.ordId;
    if (sample.state === "unknown" || sample.state === "not_found") continue;
    own.filled = sample.accFillSz;
    const open = sample.state === "live" || sample.state === "partially_filled";
    if (open) [own.phase, own.state] = ["open", sample.state];
    else desk.orders.end(own, sample.state);
  }
}

/** How long a restart asks; by then every request of the past has expired. */
const maxLooks = 40;
const pauseMs = 500;

/** Tells what can be told by lines, and asks the exchange for the rest until it is known. */
export async function recoverOrders(desk: Desk, recorded: RecordedOrders): Promise<RecoveryReport> {
  const withoutOutcome = await tellOutcomes(desk, recorded);
  const left = desk.orders.live();
  for (const own of left) await askUntilKnown(desk, own);
  const all = [...desk.orders.all()];
  const unresolved = left.filter((own) => own.phase === "unknown").map((own) => own.clientOrderId);
  if (unresolved.length > 0) {
    const detail = `after a restart nobody can say what became of ${unresolved.join(" ")}`;
    await freezeDesk(desk, "missing_critical_evidence", detail, { tick: null, line: null });
  }
  return {
    orders: all.length,
    withoutOutcome,
    found: left.filter((own) => own.phase === "open" || isEnd(own)).length,
    absent: left.filter((own) => own.state === "absent").length,
    unresolved,
  };
}

function isEnd(own: OwnOrder): boolean {
  return own.phase === "ended" && own.state !== "absent";
}

async function askUntilKnown(desk: Desk, own: OwnOrder): Promise<void> {
  own.phase = "unknown";
  for (let look = 0; look < maxLooks; look += 1) {
    if (look > 0) await desk.options.time.sleep(pauseMs);
    if ((await lookAt(desk, own)) === "known" || own.state === "absent") return;
  }
}

/** An answer that was recorded, and not yet told: the call says what the outcome is. */
async function tellOutcomes(desk: Desk, recorded: RecordedOrders): Promise<number> {
  const callByAttempt = new Map<string, ExchangeApiCall>();
  for (const call of recorded.calls) {
    if (call.attempt_id !== null) callByAttempt.set(call.attempt_id, call);
  }
  const open = new Map<string, OrderAttempt>();
  for (const line of recorded.attempts) {
    if (line.status === "sending") open.set(line.attempt_id, line);
    else open.delete(line.attempt_id);
  }
  for (const sending of open.values()) {
    const call = callByAttempt.get(sending.attempt_id);
    // Without a call nothing is known, and nothing is claimed: the samples will say.
    if (call === undefined) continue;
    const { run_id: _run, seq: _seq, ts_utc: _ts, ...body } = sending;
    const judged = judgeAnswer(call, null);
    const line: LineBody<"order_attempts"> = outcomeLine(body, judged, call.ordId);
    const landed = await desk.options.sink.append("order_attempts", line);
    if (landed.ok) desk.ticks.add(sending.tick, judged.status === "ok" ? "acked" : "failed");
    const own = desk.orders.get(sending.client_order_id);
    const refused = landed.ok && judged.status === "rejected" && !judged.doubtful;
    if (own !== null && refused && sending.operation === "place" && own.phase === "sending") {
      desk.orders.end(own, "rejected");
    }
  }
  return open.size;
}

/** What gates refused and what each tick sent is counted on, not from the start. */
function recount({ fences, ticks }: Desk, { gate, status, tick }: OrderAttempt): void {
  if (gate.gate_decision === "reject") {
    if (isFence(gate.gate_name)) fences.block(gate.gate_name);
  } else if (status === "sending") ticks.add(tick, "sent");
  else ticks.add(tick, status === "ok" ? "acked" : "failed");
}

function rememberPlace(desk: Desk, line: OrderAttempt): void {
  const refused = line.gate.gate_decision === "reject";
  if (refused) {
    const repeats = line.gate.gate_name === "fence_repeated_execution";
    if (repeats && line.agent_id_hash !== null) desk.pace.disable(line.agent_id_hash);
    return;
  }
  if (line.status === "sending") {
    const intent = intentOf(line);
    const sentMs = millisOf(line.ts_utc);
    desk.pace.count(intent, sentMs);
    desk.orders.add(orderOf(line, intent, sentMs + desk.options.limits.requestLifeMs));
    return;
  }
  const own = desk.orders.get(line.client_order_id);
  if (own === null) return;
  own.ordId ??= line.exchange_ids.ordId;
  if (line.status === "ok") own.phase = "open";
  else if (line.status === "error") own.phase = "unknown";
  else if (line.reason_code === "duplicate_client_order_id") own.phase = "unknown";
  else desk.orders.end(own, "rejected");
}

function rememberReplace(desk: Desk, line: OrderAttempt): void {
  const own = desk.orders.get(line.client_order_id);
  if (own === null || line.gate.gate_decision === "reject" || line.status === "rejected") return;
  [own.sz, own.px] = [line.params.requested_sz, line.params.limit_px];
}

function orderOf(line: OrderAttempt, intent: PlaceIntent, expiresMs: Millis): OwnOrder {
  const sentMs = millisOf(line.ts_utc);
  return {
    clientOrderId: line.client_order_id,
    intent,
    ordId: null,
    phase: "sending",
    state: null,
    sz: line.params.requested_sz,
    px: line.params.limit_px,
    filled: "0",
    expiresMs,
    sentMs,
    knownMs: sentMs,
  };
}

function intentOf(line: OrderAttempt): PlaceIntent {
  const { params } = line;
  const { leverage_target: target, leverage_applied: applied } = params;
  return {
    intentId: line.intent_id,
    owner: ownerOf(line),
    kind: line.intent_kind,
    tick: line.tick,
    tickReason: line.tick_reason,
    oneshot: line.flags.oneshot,
    leverageTarget: leverage(target, params.leverage_target_reason),
    leverageApplied: leverage(applied, params.leverage_applied_reason),
    order: {
      instId: params.inst_id,
      tdMode: params.td_mode,
      side: params.side,
      posSide: params.pos_side,
      ordType: params.order_type,
      sz: params.requested_sz,
      px: params.limit_px,
      reduceOnly: params.reduce_only,
    },
  };
}

function ownerOf({ agent_id_hash: agentIdHash, lifecycle_scope: scope }: OrderAttempt): Owner {
  if (agentIdHash !== null) return { type: "agent", agentIdHash };
  return { type: "lifecycle", scope: scope ?? "operator" };
}

function leverage(value: number | null, reason: string | null): LeverageFact {
  return value === null ? { value, reason: reason ?? "not_recorded" } : { value, reason: null };
}

/** A time that cannot be read is long ago: whatever waited then has expired. */
function millisOf(tsUtc: string): Millis {
  const millis = millisFromIso(tsUtc);
  return millis.ok ? millis.value : 0;
}
