import type { Answer, OrderAck } from "../port.ts";
import type { LandedLine } from "../recording/evidence-sink.ts";
import { type Judged, judgeAnswer } from "./answer.ts";
import {
  type Attempt,
  endpointByOperation,
  outcomeLine,
  refusedLine,
  sendingLine,
} from "./attempt-lines.ts";
import { boundedCall } from "./bounded-call.ts";
import { type Desk, freezeDesk } from "./desk.ts";
import type { Refusal } from "./fences.ts";

/** What became of a write as far as its answer says. */
export type Written = Readonly<{
  judged: Judged;
  ordId: string | null;
  /** The recorded call, for refs; null when it could not be recorded. */
  line: LandedLine | null;
}>;

/**
 * Carries out one attempt: the sending line is durable before the request leaves, then the call and
 * its outcome are recorded. Null: it could not be recorded, so nothing left. Broken evidence
 * freezes. `mustRecord: false` is for cancels, which go out even when nothing can be recorded.
 *
 * An order waits for the disk twice. Where the power goes before the sending line is durable,
 * nothing left; before the call is, the outcome is unknown and the next process asks for it; after
 * that, the outcome follows from the call, and the next process tells it again. So its line is
 * only noted: behind the call, so that no outcome is ever there without one, and durable with the
 * next sending line or with the end of the run.
 */
export async function writeAhead(
  desk: Desk,
  attempt: Attempt,
  send: () => Promise<Answer<OrderAck>>,
  mustRecord = true,
): Promise<Written | null> {
  const { sink, recorder, accountIdHash, time } = desk.options;
  const callId = recorder.nextCallId();
  const sending = sendingLine(attempt, callId, accountIdHash);
  const recorded = await sink.append("order_attempts", sending);
  if (!recorded.ok) {
    await brokenEvidence(desk, attempt, "an attempt could not be recorded before it left", null);
    if (mustRecord) return null;
  }
  const { tick } = attempt.head;
  if (recorded.ok) desk.ticks.add(tick, "sent");

  const endpoint = endpointByOperation[attempt.operation];
  const params = { clOrdId: attempt.clientOrderId, instId: attempt.placed.order.instId };
  const nowMs = time.nowMs();
  const answer = await boundedCall({ method: "POST", endpoint, params, nowMs }, send);
  const ordId = ordIdOf(answer);
  const call = await recorder.record(answer.call, {
    callId,
    component: componentOf(attempt),
    operation: attempt.operation,
    attemptId: attempt.attemptId,
    clOrdId: attempt.clientOrderId,
    ordId: ordId ?? attempt.ordId,
  });
  const judged = judgeAnswer(call.line, answer.ok ? null : answer.failure);
  desk.health.observe(judged.status === "ok" ? null : judged.reasonCode, time.nowMs());
  const outcome = await sink.note("order_attempts", outcomeLine(sending, judged, ordId));
  if (outcome.ok) desk.ticks.add(tick, judged.status === "ok" ? "acked" : "failed");

  const line = call.landed.ok ? call.landed.value : null;
  if (line === null || !outcome.ok) {
    await brokenEvidence(desk, attempt, "an answer could not be recorded", line);
  } else if (judged.classification === "L1_ACCOUNT_RESTRICTED") {
    const detail = `${attempt.operation} answered ${judged.reasonCode}`;
    await freezeDesk(desk, "account_restricted", detail, { tick, line });
  }
  return { judged, ordId, line };
}

/** Records what a gate of ours refused; nothing left. */
export async function recordRefusal(desk: Desk, attempt: Attempt, refusal: Refusal): Promise<void> {
  const { sink, accountIdHash } = desk.options;
  desk.fences.block(refusal.fence);
  const line = refusedLine(attempt, refusal, desk.freeze.state(), accountIdHash);
  const landed = await sink.append("order_attempts", line);
  if (landed.ok) return;
  await brokenEvidence(desk, attempt, "a refusal could not be recorded", null);
}

async function brokenEvidence(
  desk: Desk,
  { attemptId, head }: Attempt,
  what: string,
  line: LandedLine | null,
): Promise<void> {
  const detail = `${what}: ${attemptId}`;
  await freezeDesk(desk, "missing_critical_evidence", detail, { tick: head.tick, line });
}

function componentOf({ head: { owner } }: Attempt): "broker" | "preflight" {
  return owner.type === "lifecycle" && owner.scope === "preflight_self_test"
    ? "preflight"
    : "broker";
}

/** An empty id is what venues send beside a refusal. */
function ordIdOf(answer: Answer<OrderAck>): string | null {
  return answer.ok && answer.value.ordId !== "" ? answer.value.ordId : null;
}
