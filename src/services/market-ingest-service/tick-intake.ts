import { type Fault, ok, type Result } from "#base";
import type { Bus, Delivery, RetryPolicy, Subscription } from "#mesh";
import { heartbeatCodec, tickCodec } from "#protocol";
import type { Ingester } from "./ingester.ts";

/** Follows the market on the bus; ticks are acknowledged when they are durable, not before. */
export type TickIntake = Readonly<{
  /** Takes ticks, or goes on after a pause where it stopped. */
  resume: () => Promise<Result<void, Fault>>;
  /** No new ticks; resolves when all that were taken are settled or given back. */
  pause: () => Promise<void>;
  isTaking: () => boolean;
  close: () => Promise<void>;
}>;

/** So many ticks may wait for one flush; the bus holds the rest. */
const inFlight = 500;

/**
 * A store that is away is no fault of a tick, so a tick is offered again for days; what was newer
 * then makes it harmless, and what cannot be read at all is refused at once.
 */
const patience: RetryPolicy = {
  maxAttempts: 10_000,
  firstPauseMs: 1000,
  factor: 2,
  maxPauseMs: 60_000,
  handlerMs: 60_000,
};

/** Whose clock is wrong is not known here; one that is set right makes the tick a sound one. */
const aheadPauseMs = 15_000;

const upstreamName = "marketdata-mcp-server";

export async function openTickIntake(
  bus: Bus,
  ingester: Ingester,
): Promise<Result<TickIntake, Fault>> {
  const beats = await bus.subscribe({
    subjects: ["market.heartbeat"],
    durable: null,
    handler: async (delivery) => hearHeartbeat(delivery, ingester),
  });
  if (!beats.ok) return beats;
  let ticks: Subscription | null = null;

  async function pause(): Promise<void> {
    const running = ticks;
    ticks = null;
    await running?.stop();
  }

  return ok({
    async resume(): Promise<Result<void, Fault>> {
      if (ticks !== null) return ok(undefined);
      const subscribed = await bus.subscribe({
        subjects: ["market.tick.*"],
        durable: "market-ingest-service",
        inFlight,
        retry: patience,
        handler: async (delivery) => takeTick(delivery, ingester),
      });
      if (!subscribed.ok) return subscribed;
      ticks = subscribed.value;
      return ok(undefined);
    },
    pause,
    isTaking: () => ticks !== null,
    async close(): Promise<void> {
      await pause();
      await beats.value.stop();
    },
  });
}

async function takeTick(delivery: Delivery, ingester: Ingester): Promise<void> {
  const { event, signal, ack, nak, term } = delivery;
  const tick = tickCodec.read(event.payload);
  if (!tick.ok) {
    term(tick.fault.message);
    return;
  }
  if (ingester.isAhead(tick.value)) {
    nak(aheadPauseMs, "tick_in_future");
    return;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  // Out of time is no loss: unacknowledged, it is delivered again.
  signal.addEventListener("abort", () => resolve(), { once: true });
  ingester.put(tick.value, {
    isOver: () => signal.aborted,
    acknowledge(): void {
      ack();
      resolve();
    },
  });
  if (!signal.aborted) await promise;
}

/** Only the server that reads the market can say how the upstream is. */
async function hearHeartbeat(delivery: Delivery, ingester: Ingester): Promise<void> {
  const { event, ack, term } = delivery;
  const heartbeat = heartbeatCodec.read(event.payload);
  if (!heartbeat.ok) {
    term(heartbeat.fault.message);
    return;
  }
  if (event.source.agent_name === upstreamName) ingester.upstreamSaid(heartbeat.value);
  ack();
}
