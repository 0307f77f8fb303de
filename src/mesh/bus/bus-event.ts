import type { EventEnvelope } from "#protocol";

/** One event as it travels. `event_id` is what makes it the same one. */
export type BusEvent = EventEnvelope;

export { maxEventBytes } from "#protocol";
