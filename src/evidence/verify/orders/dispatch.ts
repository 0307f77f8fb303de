import type { At, OrderClaim, OrderWatch } from "./order-claim.ts";
import type { OrderReporter } from "./order-reporter.ts";
import type { OrderRecordKind, OrderRecords } from "./records.ts";

/** A claim at work. */
export type Started = Readonly<{
  claim: OrderClaim;
  watch: OrderWatch<OrderRecordKind>;
  report: OrderReporter;
}>;

export type Dispatch = <Kind extends OrderRecordKind>(
  kind: Kind,
  record: OrderRecords[Kind],
  at: At,
) => void;

/** Hands a record to all who watch its kind. */
export function createDispatch(started: readonly Started[]): Dispatch {
  type Listener = (record: never, at: At) => void;
  const listenersByKind = new Map<string, Listener[]>();
  for (const { watch } of started) {
    for (const [kind, listener] of Object.entries(watch.on) as [string, Listener][]) {
      const listeners = listenersByKind.get(kind);
      if (listeners === undefined) listenersByKind.set(kind, [listener]);
      else listeners.push(listener);
    }
  }
  return (kind, record, at) => {
    const listeners = listenersByKind.get(kind);
    if (listeners === undefined) return;
    // The map is built kind by kind, so a listener gets the records it was declared for.
    for (const listener of listeners) listener(record as never, at);
  };
}
