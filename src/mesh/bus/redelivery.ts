import { assert } from "#base";
import { pauseAfter, type RetryPolicy } from "./retry-policy.ts";

/** How an attempt ended. */
export type Verdict =
  | Readonly<{ type: "ack" }>
  | Readonly<{ type: "nak"; delayMs: number | null; reason: string }>
  | Readonly<{ type: "term"; reason: string }>;

/** What follows from a verdict. */
export type Sequel =
  | Readonly<{ type: "acknowledged" }>
  | Readonly<{ type: "again"; pauseMs: number }>
  | Readonly<{ type: "dead"; reason: "attempts_exhausted" | "refused"; detail: string }>;

export function judge(policy: RetryPolicy, attempt: number, verdict: Verdict): Sequel {
  if (verdict.type === "ack") return { type: "acknowledged" };
  if (verdict.type === "term") return { type: "dead", reason: "refused", detail: verdict.reason };
  const pause = pauseAfter(policy, attempt);
  if (pause === null) {
    return { type: "dead", reason: "attempts_exhausted", detail: verdict.reason };
  }
  return { type: "again", pauseMs: verdict.delayMs ?? pause };
}

/** An event that was taken from the queue and is not settled. Waiting ones keep their place. */
export type Slot =
  | Readonly<{ state: "running"; seq: number; attempt: number }>
  | Readonly<{ state: "waiting"; seq: number; attempt: number; dueMs: number }>;

/** The unsettled events of one pattern of one subscription: at most `limit`, by `seq`. */
export type Redelivery = Readonly<{ limit: number; slots: readonly Slot[] }>;

export type RedeliveryEvent =
  | Readonly<{ type: "taken"; seq: number }>
  | Readonly<{ type: "ended"; seq: number; sequel: Sequel; nowMs: number }>
  | Readonly<{ type: "looked"; nowMs: number }>;

export type RedeliveryEffect =
  | Readonly<{ type: "run"; seq: number; attempt: number }>
  | Readonly<{ type: "settled"; seq: number }>;

export type RedeliveryStep = Readonly<{
  redelivery: Redelivery;
  effects: readonly RedeliveryEffect[];
}>;

export function newRedelivery(limit: number): Redelivery {
  assert(Number.isSafeInteger(limit) && limit >= 1, `in flight: ${limit}`);
  return { limit, slots: [] };
}

/** Whether a further event may be taken; one that waits for its next attempt holds its place. */
export function hasRoom({ limit, slots }: Redelivery): boolean {
  return slots.length < limit;
}

/** When `looked` will next have something to do; null when only an end of an attempt can. */
export function nextDueMs({ slots }: Redelivery): number | null {
  const dues = slots.flatMap((slot) => (slot.state === "waiting" ? [slot.dueMs] : []));
  return dues.length === 0 ? null : Math.min(...dues);
}

export function step(redelivery: Redelivery, event: RedeliveryEvent): RedeliveryStep {
  switch (event.type) {
    case "taken":
      return take(redelivery, event.seq);
    case "ended":
      return end(redelivery, event);
    case "looked":
      return look(redelivery, event.nowMs);
  }
}

function take(redelivery: Redelivery, seq: number): RedeliveryStep {
  assert(hasRoom(redelivery), "an event was taken without room for it");
  assert(
    redelivery.slots.every((slot) => slot.seq < seq),
    `${seq} was taken out of order`,
  );
  const slot: Slot = { state: "running", seq, attempt: 1 };
  const slots = [...redelivery.slots, slot];
  return { redelivery: { ...redelivery, slots }, effects: [{ type: "run", seq, attempt: 1 }] };
}

function end(
  redelivery: Redelivery,
  { seq, sequel, nowMs }: Readonly<{ seq: number; sequel: Sequel; nowMs: number }>,
): RedeliveryStep {
  const ended = redelivery.slots.find((slot) => slot.seq === seq);
  assert(ended?.state === "running", `an attempt at ${seq} ended that was not running`);
  if (sequel.type !== "again") {
    const slots = redelivery.slots.filter((slot) => slot !== ended);
    return { redelivery: { ...redelivery, slots }, effects: [{ type: "settled", seq }] };
  }
  const dueMs = nowMs + sequel.pauseMs;
  const waiting: Slot = { state: "waiting", seq, attempt: ended.attempt, dueMs };
  const slots = redelivery.slots.map((slot) => (slot === ended ? waiting : slot));
  return { redelivery: { ...redelivery, slots }, effects: [] };
}

function look(redelivery: Redelivery, nowMs: number): RedeliveryStep {
  const effects: RedeliveryEffect[] = [];
  const slots = redelivery.slots.map((slot): Slot => {
    if (slot.state === "running" || slot.dueMs > nowMs) return slot;
    const attempt = slot.attempt + 1;
    effects.push({ type: "run", seq: slot.seq, attempt });
    return { state: "running", seq: slot.seq, attempt };
  });
  return { redelivery: { ...redelivery, slots }, effects };
}
