declare const leaseMark: unique symbol;

/**
 * Leave to trade with money for a while, signed by two people and held in memory alone. The arming
 * flow will make them; until it exists nothing does, so no lease is ever genuine.
 */
export type ArmedLease = Readonly<{ [leaseMark]: true }>;

const genuine: WeakSet<object> = new WeakSet();

export function isArmed(lease: ArmedLease | null): boolean {
  return lease !== null && genuine.has(lease);
}
