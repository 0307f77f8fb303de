import type { DeliveryHandler } from "./bus.ts";
import type { BusEvent } from "./bus-event.ts";
import type { SeenStore } from "./seen-log.ts";

/**
 * Handles each event_id once, however often it is delivered, and acknowledges. The mark comes
 * after the work: a handler that throws is tried again, and only a crash of this process between
 * the two lets an event be handled twice. Where even that must not be, do the work and keep the
 * mark in one transaction: `onceInTables`.
 */
export function once(
  handle: (event: BusEvent, signal: AbortSignal) => Promise<void>,
  seen: SeenStore,
): DeliveryHandler {
  const running = new Map<string, Promise<void>>();

  async function work(event: BusEvent, signal: AbortSignal): Promise<void> {
    await handle(event, signal);
    const kept = await seen.keep(event.event_id);
    if (!kept.ok) throw new Error(`${kept.fault.code}: ${kept.fault.message}`);
  }

  return async ({ event, signal, ack }) => {
    const id = event.event_id;
    // A second delivery may come while the first is still at work, or ran out of its time.
    while (running.has(id)) await running.get(id)?.catch(() => undefined);
    if (!seen.has(id)) {
      const run = work(event, signal);
      running.set(id, run);
      try {
        await run;
      } finally {
        running.delete(id);
      }
    }
    ack();
  };
}
