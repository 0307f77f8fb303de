import { type Fault, isoFromMillis, ok, parseJson, type Result } from "#base";
import type { Bus, Identity, MeshClock, Timers } from "#mesh";
import { createEvent, subjects } from "#protocol";
import type { Ledger, Unpublished } from "./ledger/ledger.ts";

/** Events that are on their way at once. */
const batchEvents = 500;

/** How long the bus may take to answer for a batch before it is sent again. */
const settleMs = 10_000;

export type PublisherPorts = Readonly<{
  ledger: Ledger;
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
    // A bus that does not answer is asked again at the next round.
    if (sent.value === 0) break;
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

/** What was sent before a fault is answered for and marked like everything else. */
async function sendBatch(
  ports: PublisherPorts,
  { batch, next, signal }: Sending,
): Promise<Result<number, Fault>> {
  const settling: Promise<void>[] = [];
  const sent: string[] = [];
  let trouble: Result<never, Fault> | null = null;
  for (const each of batch) {
    const settled = await send(ports, each, next());
    if (!settled.ok) {
      trouble = settled;
      break;
    }
    settling.push(settled.value.settled);
    sent.push(each.disclosureId);
  }
  if (!(await allSettled(ports.timers, settling, signal))) return trouble ?? ok(0);
  if (sent.length > 0) {
    const marked = await ports.ledger.markPublished(sent);
    if (!marked.ok) return marked;
  }
  return trouble ?? ok(sent.length);
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

/** False when the bus takes too long or the service stops. */
async function allSettled(
  timers: Pick<Timers, "sleep">,
  settling: readonly Promise<void>[],
  signal: AbortSignal,
): Promise<boolean> {
  const patience = new AbortController();
  const late = timers.sleep(settleMs, AbortSignal.any([signal, patience.signal]));
  const all = Promise.all(settling).then(() => true);
  const answered = await Promise.race([all, late.then(() => false)]);
  patience.abort();
  return answered;
}
