import { err, type Fault, isoFromMillis, ok, parseJson, type Result } from "#base";
import type { Bus, Identity, MeshClock, Timers } from "#mesh";
import { createEvent, subjects } from "#protocol";
import type { Ledger, Unpublished } from "./ledger/ledger.ts";

/** Events that are on their way at once. */
const batchEvents = 500;

/** How long the bus may take to answer for a batch before it is sent again. */
const settleMs = 10_000;

export type PublisherPorts = Readonly<{
  ledger: Pick<Ledger, "unpublished" | "markPublished">;
  bus: Pick<Bus, "publish">;
  clock: MeshClock;
  timers: Pick<Timers, "sleep">;
  identity: Identity;
}>;

/**
 * Publishes what the ledger holds and nobody has heard of, oldest first. An event is marked when
 * the bus has answered for it; a process that ends between the two sends it again under the same
 * id, and who counts by id counts it once. Gives how many were published.
 */
export type Publisher = Readonly<{
  publishAll: (signal: AbortSignal) => Promise<Result<number, Fault>>;
}>;

export function createPublisher(ports: PublisherPorts): Publisher {
  let sequence = 0;
  let running: Promise<Result<number, Fault>> | null = null;
  const next = (): number => {
    sequence += 1;
    return sequence;
  };
  return {
    /** Rounds never overlap: who asks while one runs waits for it. */
    publishAll(signal) {
      running ??= publishRound(ports, next, signal).finally(() => {
        running = null;
      });
      return running;
    },
  };
}

async function publishRound(
  ports: PublisherPorts,
  next: () => number,
  signal: AbortSignal,
): Promise<Result<number, Fault>> {
  let published = 0;
  while (!signal.aborted) {
    const batch = await ports.ledger.unpublished(batchEvents);
    if (!batch.ok) return batch;
    if (batch.value.length === 0) break;
    const sent = await sendBatch(ports, { batch: batch.value, next, signal });
    if (!sent.ok) return sent;
    published += sent.value;
    // A long list is published between other work, not instead of it.
    await ports.timers.sleep(0, signal);
  }
  return ok(published);
}

type Sending = Readonly<{
  batch: readonly Unpublished[];
  next: () => number;
  signal: AbortSignal;
}>;

/**
 * Sends a batch and marks what the bus has answered for, also when the rest of it failed. Fault
 * beside those of the bus and the store: bus_unanswered, when it answered for nothing in time.
 */
async function sendBatch(
  ports: PublisherPorts,
  { batch, next, signal }: Sending,
): Promise<Result<number, Fault>> {
  const answered = new Set<string>();
  const settling: Promise<void>[] = [];
  let trouble: Result<never, Fault> | null = null;
  for (const each of batch) {
    const sent = await send(ports, each, next());
    if (!sent.ok) {
      trouble = sent;
      break;
    }
    const { settled } = sent.value;
    settling.push(settled.then(() => void answered.add(each.disclosureId)));
  }
  await untilSettled(ports.timers, settling, signal);
  const done = [...answered];
  if (done.length > 0) {
    const marked = await ports.ledger.markPublished(done);
    if (!marked.ok) return marked;
  }
  if (trouble !== null) return trouble;
  if (done.length > 0 || signal.aborted) return ok(done.length);
  const message = `the bus answered for none of ${batch.length} events within ${settleMs} ms`;
  return err({ code: "bus_unanswered", message });
}

async function send(
  { bus, clock, identity }: PublisherPorts,
  { disclosureId, body }: Unpublished,
  seq: number,
): Promise<Result<Readonly<{ settled: Promise<void> }>, Fault>> {
  const payload = parseJson(body);
  if (!payload.ok) return payload;
  const { agent_name, boot_id, version } = identity;
  const event = createEvent({
    event_id: disclosureId,
    subject: subjects.disclosure,
    source: { agent_name, boot_id, version },
    ts_utc: isoFromMillis(Math.floor(clock.nowMs())),
    seq,
    correlation_id: null,
    payload: payload.value,
  });
  return event.ok ? bus.publish(event.value) : event;
}

/** Waits no longer than the bus may take, and not at all for a service that stops. */
async function untilSettled(
  timers: Pick<Timers, "sleep">,
  settling: readonly Promise<void>[],
  signal: AbortSignal,
): Promise<void> {
  const patience = new AbortController();
  const late = timers.sleep(settleMs, AbortSignal.any([signal, patience.signal]));
  await Promise.race([Promise.all(settling), late]);
  patience.abort();
}
