import type { Bus, Subscription } from "../bus/bus.ts";

/** The bus as one start of a service has it, and the hand that takes it away. */
export type ScopedBus = Readonly<{ bus: Bus; release: () => Promise<void> }>;

/** Subscriptions end with the service that made them; the bus itself goes on. */
export function scopeBus(shared: Bus): ScopedBus {
  const subscriptions = new Set<Subscription>();
  async function release(): Promise<void> {
    const open = [...subscriptions];
    subscriptions.clear();
    await Promise.all(open.map((subscription) => subscription.stop()));
  }
  const bus: Bus = {
    kind: shared.kind,
    deadLetters: shared.deadLetters,
    publish: (event) => shared.publish(event),
    async subscribe(request) {
      const subscribed = await shared.subscribe(request);
      if (subscribed.ok) subscriptions.add(subscribed.value);
      return subscribed;
    },
    kv: (bucket) => shared.kv(bucket),
    objects: (bucket) => shared.objects(bucket),
    status: () => shared.status(),
    close: release,
  };
  return { bus, release };
}
