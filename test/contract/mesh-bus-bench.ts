import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, Json, Result } from "#base";
import type { Bus, BusEvent, BusNotice, Delivery, RetryPolicy, Subscription } from "#mesh";
import { parseSubject } from "#protocol";

/** An event like those of the product; the id follows from subject, number and salt. */
export function anEvent(
  subject: string,
  seq: number,
  { salt = "", payload = { seq } }: Readonly<{ salt?: string; payload?: Json }> = {},
): BusEvent {
  const kind = parseSubject(subject);
  assert.ok(kind.ok, subject);
  return {
    schema: "assay.event/1",
    event_id: createHash("sha256").update(`${subject} ${seq} ${salt}`).digest("hex").slice(0, 32),
    subject,
    event_type: kind.value.kind,
    source: { agent_name: "strategy-engine", boot_id: "boot-0001", version: "0.1.0" },
    ts_utc: "2024-03-01T14:30:00.000Z",
    seq,
    correlation_id: null,
    payload,
  };
}

export function valueOf<T>(result: Result<T, Fault>): T {
  if (!result.ok) assert.fail(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

export function codeOf(result: Result<unknown, Fault>): string {
  return result.ok ? "ok" : result.fault.code;
}

/** Retries without a pause worth waiting for. */
export const quickly: RetryPolicy = {
  maxAttempts: 3,
  firstPauseMs: 20,
  factor: 2,
  maxPauseMs: 200,
  handlerMs: 5000,
};

/** Waits for something to become true, and fails with the words when it never does. */
export async function until(
  words: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  for (const end = Date.now() + limitMs; ; await sleep(5)) {
    if (await holds()) return;
    if (Date.now() > end) assert.fail(`${words}: not within ${limitMs} ms`);
  }
}

/** A subscription that keeps what it was given, and acknowledges unless told otherwise. */
export async function collect(
  bus: Bus,
  subjects: readonly string[],
  durable: string | null,
  act: (delivery: Delivery) => void | Promise<void> = (delivery) => delivery.ack(),
  more: Readonly<{ inFlight?: number; retry?: RetryPolicy }> = {},
): Promise<Readonly<{ seen: Delivery[]; seqs: () => number[]; subscription: Subscription }>> {
  const seen: Delivery[] = [];
  const handler = async (delivery: Delivery): Promise<void> => {
    seen.push(delivery);
    await act(delivery);
  };
  const request = { subjects, durable, handler, retry: quickly, ...more };
  const subscription = valueOf(await bus.subscribe(request));
  return { seen, seqs: () => seen.map(({ event }) => event.seq), subscription };
}

export function noticesInto(list: BusNotice[]): (notice: BusNotice) => void {
  return (notice) => void list.push(notice);
}
