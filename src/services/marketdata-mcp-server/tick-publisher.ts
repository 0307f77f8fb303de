import { isoFromMillis, type Json } from "#base";
import type { Bus, Identity, MeshClock } from "#mesh";
import { createEvent, eventIdOf, type Heartbeat, subjects, type Tick } from "#protocol";

export type PublisherCounts = Readonly<{
  published: number;
  /** Ticks that a newer one of the same symbol and kind overtook before the bus took them. */
  conflated: number;
  failed: number;
}>;

export type TickPublisher = Readonly<{
  tick: (tick: Tick) => void;
  heartbeat: (heartbeat: Heartbeat) => Promise<boolean>;
  counts: () => PublisherCounts;
  /** Resolves when nothing waits to be published. */
  idle: () => Promise<void>;
}>;

type Ports = Readonly<{ bus: Pick<Bus, "publish">; clock: MeshClock; identity: Identity }>;

/**
 * Puts ticks on the bus, one after the other. A slow bus holds up nothing: while one is on its way
 * only the newest of each symbol and kind waits, so what waits is bounded by the symbols.
 */
export function createTickPublisher({ bus, clock, identity }: Ports): TickPublisher {
  const waiting = new Map<string, Tick>();
  const counts = { published: 0, conflated: 0, failed: 0 };
  let sequence = 0;
  let pumping: Promise<void> | null = null;

  async function publish(subject: string, payload: Json): Promise<boolean> {
    sequence += 1;
    const { agent_name, boot_id, version } = identity;
    const event = createEvent({
      event_id: eventIdOf(subject, payload),
      subject,
      source: { agent_name, boot_id, version },
      ts_utc: isoFromMillis(Math.floor(clock.nowMs())),
      seq: sequence,
      correlation_id: null,
      payload,
    });
    const sent = event.ok ? await bus.publish(event.value) : event;
    counts[sent.ok ? "published" : "failed"] += 1;
    return sent.ok;
  }

  async function pump(): Promise<void> {
    for (let next = takeFirst(waiting); next !== null; next = takeFirst(waiting)) {
      await publish(subjects.tick(next.symbol), next);
    }
  }

  return {
    tick(tick): void {
      const key = `${tick.kind} ${tick.symbol}`;
      if (waiting.has(key)) counts.conflated += 1;
      waiting.set(key, tick);
      pumping ??= pump().finally(() => {
        pumping = null;
      });
    },
    heartbeat: (heartbeat) => publish(subjects.heartbeat, heartbeat),
    counts: () => ({ ...counts }),
    async idle(): Promise<void> {
      while (pumping !== null) await pumping;
    },
  };
}

function takeFirst(waiting: Map<string, Tick>): Tick | null {
  for (const [key, tick] of waiting) {
    waiting.delete(key);
    return tick;
  }
  return null;
}
