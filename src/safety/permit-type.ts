declare const permitMark: unique symbol;

/**
 * Leave to send exactly one order, once. Nothing outside #safety can make one: the object carries
 * no data, what it allows is kept in a private WeakMap, and it is spent by the adapter at the last
 * line before the write.
 */
export type Permit = Readonly<{ [permitMark]: true }>;
