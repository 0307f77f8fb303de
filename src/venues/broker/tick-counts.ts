/** Orders of one tick as the ledger counts them; kept for the latest ticks only. */
export type TickOrders = Readonly<{ sent: number; acked: number; failed: number }>;

export type TickCounts = Readonly<{
  add: (tick: number | null, what: keyof TickOrders) => void;
  of: (tick: number) => TickOrders;
}>;

/** An outcome belongs to the tick of its attempt, which may be long ago, but not this long. */
const keptTicks = 256;

const none: TickOrders = { sent: 0, acked: 0, failed: 0 };

export function createTickCounts(): TickCounts {
  const byTick = new Map<number, TickOrders>();
  return {
    add(tick, what): void {
      if (tick === null) return;
      const before = byTick.get(tick) ?? none;
      byTick.set(tick, { ...before, [what]: before[what] + 1 });
      const oldest = byTick.keys().next().value;
      if (byTick.size > keptTicks && oldest !== undefined) byTick.delete(oldest);
    },
    of: (tick) => byTick.get(tick) ?? none,
  };
}
