import { hash } from "node:crypto";
import type { OrderRow } from "../port.ts";
import type { LineBody } from "../recording/evidence-sink.ts";
import { boundedCall } from "./bounded-call.ts";
import { unitsOrZero } from "./decimal-units.ts";
import { type Desk, freezeDesk, waitForRate } from "./desk.ts";
import type { OwnOrder } from "./own-orders.ts";

/**
 * What a look at an order saw: the exchange knows it, does not know it, or did not answer in a way
 * that tells.
 */
export type Seen = "known" | "not_found" | "unknown";

const queryEndpoint = "/api/v5/trade/order";

/** Asks the exchange for one order by our id, and records the answer as a sample. */
export async function lookAt(desk: Desk, own: OwnOrder): Promise<Seen> {
  const before = desk.looks.get(own.clientOrderId);
  const look = (before ?? Promise.resolve()).then(async () => lookNow(desk, own));
  desk.looks.set(own.clientOrderId, look);
  try {
    return await look;
  } finally {
    if (desk.looks.get(own.clientOrderId) === look) desk.looks.delete(own.clientOrderId);
  }
}

async function lookNow(desk: Desk, own: OwnOrder): Promise<Seen> {
  const { venue, recorder, time } = desk.options;
  const { clientOrderId: clOrdId } = own;
  const { instId } = own.intent.order;
  if (own.phase === "ended") return own.state === "absent" ? "not_found" : "known";
  if (!(await waitForRate(desk, "query", instId))) return "unknown";
  desk.budget.spend("query", instId, time.nowMs());
  const filledBefore = own.filled;
  const about = { method: "GET", endpoint: queryEndpoint, params: { instId, clOrdId } } as const;
  const answer = await boundedCall({ ...about, nowMs: time.nowMs() }, async () =>
    venue.order(instId, { clOrdId }),
  );
  const call = await recorder.query(answer.call, { clOrdId, ordId: own.ordId });
  const { callId } = call;
  if (wasOvertaken(own, filledBefore)) return "known";
  if (answer.ok) {
    desk.health.observe(null, time.nowMs());
    const line = sampleOf(desk, own, answer.value, { source: "rest_query", callId });
    return (await take(desk, own, answer.value, line)) ? "known" : "unknown";
  }
  const missing = answer.failure.code === "order_not_found";
  desk.health.observe(missing ? null : call.line.error_type, time.nowMs());
  await land(desk, own, {
    ...emptySample(desk, own, callId),
    state: missing ? "not_found" : "unknown",
    truth_quality: missing ? "ok" : "unknown",
    reason_code: missing ? "order_not_found" : "status_query_failed",
  });
  // What is not there and cannot arrive any more never was.
  if (missing && own.phase === "unknown" && hasExpired(desk, own)) desk.orders.end(own, "absent");
  return missing ? "not_found" : "unknown";
}

/** The venue's clock may be this far from ours when an order expires. */
const expiryGraceMs = 2000;

/** Whether the venue would refuse the request by now, should it still be on its way. */
function hasExpired({ options }: Desk, { expiresMs }: OwnOrder): boolean {
  return expiresMs !== null && options.time.nowMs() > expiresMs + expiryGraceMs;
}

/** A push that came while the query was on its way is newer than the answer. */
function wasOvertaken(own: OwnOrder, filledBefore: string): boolean {
  return own.phase === "ended" || own.filled !== filledBefore;
}

/** Takes in what the exchange pushed of an order of ours; another's order is passed over. */
export async function observeRow(desk: Desk, row: OrderRow): Promise<void> {
  const own = row.clOrdId === null ? null : desk.orders.get(row.clOrdId);
  if (own === null || own.phase === "ended" || isBehind(own, row)) return;
  await take(desk, own, row, sampleOf(desk, own, row, { source: "ws_update", callId: null }));
}

/** A push may be overtaken by a query; what is older than what we know says nothing. */
function isBehind(own: OwnOrder, row: OrderRow): boolean {
  return unitsOrZero(row.accFillSz) < unitsOrZero(own.filled);
}

type Sample = LineBody<"order_status_samples">;

/** False when the row is of another order than the one that was asked for. */
async function take(desk: Desk, own: OwnOrder, row: OrderRow, sample: Sample): Promise<boolean> {
  const other = row.clOrdId !== own.clientOrderId;
  if (other || (own.ordId !== null && own.ordId !== row.ordId)) {
    const detail = `asked for ${own.clientOrderId}, told of ${row.clOrdId} ${row.ordId}`;
    const { tick } = own.intent;
    await freezeDesk(desk, "truth_profile_degraded", detail, { tick, line: null });
    return false;
  }
  const wrong = contradiction(own, row);
  await land(desk, own, wrong === null ? sample : { ...sample, ...degraded });
  if (wrong !== null) {
    const { tick } = own.intent;
    await freezeDesk(desk, "truth_profile_degraded", wrong, { tick, line: null });
  }
  own.ordId = row.ordId;
  own.filled = row.accFillSz;
  own.sz = row.sz;
  own.px = row.px;
  own.knownMs = desk.options.time.nowMs();
  switch (row.state) {
    case "live":
    case "partially_filled":
      own.phase = "open";
      own.state = row.state;
      break;
    case "filled":
    case "canceled":
    case "mmp_canceled":
      desk.orders.end(own, row.state);
      break;
  }
  return true;
}

const degraded = { truth_quality: "degraded", reason_code: "status_contradicts_itself" } as const;

/** What an exchange does not say of one order. */
function contradiction(own: OwnOrder, row: OrderRow): string | null {
  const [filled, before, sz] = [row.accFillSz, own.filled, row.sz].map(unitsOrZero);
  const name = own.clientOrderId;
  if ((filled ?? 0n) < (before ?? 0n)) return `${name}: ${own.filled} filled, now ${row.accFillSz}`;
  return (filled ?? 0n) > (sz ?? 0n) ? `${name}: ${row.accFillSz} filled of ${row.sz}` : null;
}

async function land(desk: Desk, own: OwnOrder, sample: Sample): Promise<void> {
  const landed = await desk.options.sink.append("order_status_samples", sample);
  if (landed.ok) return;
  const detail = `a look at ${own.clientOrderId} could not be recorded`;
  const { tick } = own.intent;
  await freezeDesk(desk, "missing_critical_evidence", detail, { tick, line: null });
}

type SampleFrom = Readonly<{ source: Sample["source"]; callId: string | null }>;

function sampleOf(desk: Desk, own: OwnOrder, row: OrderRow, from: SampleFrom): Sample {
  return {
    ...emptySample(desk, own, from.callId),
    ordId: row.ordId,
    order_id_hash: hash("sha256", row.ordId, "hex").slice(0, 16),
    state: row.state,
    fillSz: row.fillSz,
    accFillSz: row.accFillSz,
    source: from.source,
  };
}

function emptySample({ options }: Desk, own: OwnOrder, callId: string | null): Sample {
  const { ordId } = own;
  return {
    audit_scope_id: options.auditScopeId,
    clOrdId: own.clientOrderId,
    ordId,
    order_id_hash: ordId === null ? null : hash("sha256", ordId, "hex").slice(0, 16),
    state: "unknown",
    fillSz: "0",
    accFillSz: own.filled,
    source: "rest_query",
    call_id: callId,
    truth_quality: "ok",
    reason_code: null,
  };
}
