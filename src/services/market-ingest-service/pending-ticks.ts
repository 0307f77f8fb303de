import type { Tick } from "#protocol";

/** Who gave a tick and waits to hear that it is kept. */
export type Giver = Readonly<{
  acknowledge: () => void;
  /** The bus has taken the tick back, to offer it again: nobody waits any more. */
  isOver: () => boolean;
}>;

/** The newest quote and trade of a symbol, and who waits to hear that they are kept. */
export type PendingTicks = Readonly<{
  quote: Tick | null;
  trade: Tick | null;
  /** Told once the ticks, or newer ones of their symbol, are durable. */
  givers: readonly Giver[];
}>;

export function pendingTick(tick: Tick, giver: Giver): PendingTicks {
  return {
    quote: tick.kind === "quote" ? tick : null,
    trade: tick.kind === "trade" ? tick : null,
    givers: [giver],
  };
}

/** A tick gives way to a newer one by the exchange's time: the order of arrival is chance. */
export function mergePending(older: PendingTicks, newer: PendingTicks): PendingTicks {
  return {
    quote: newest(older.quote, newer.quote),
    trade: newest(older.trade, newer.trade),
    // A store that is away for hours must not make this list grow with every new attempt.
    givers: [...older.givers, ...newer.givers].filter((giver) => !giver.isOver()),
  };
}

/** Of two with one time the later to arrive. */
function newest(older: Tick | null, newer: Tick | null): Tick | null {
  if (older === null || newer === null) return older ?? newer;
  return newer.exchange_ts_ms >= older.exchange_ts_ms ? newer : older;
}
