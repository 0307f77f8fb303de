import type { Result } from "#base";
import type { BusEvent } from "./bus-event.ts";
import type { BusFault } from "./bus-fault.ts";

/** An event that one durable subscription could not handle. */
export type DeadLetter = Readonly<{
  /** Names this letter on this bus. */
  id: string;
  durable: string;
  subject: string;
  /** Null when what arrived was no event; then `raw` holds it, cut to `maxRawText` characters. */
  event: BusEvent | null;
  raw: string | null;
  attempts: number;
  reason: DeadReason;
  /** What the handler said, in words. */
  detail: string;
  died_at_ms: number;
}>;

/** - attempts_exhausted: the retry policy gave up. - refused: the handler said `term`. */
export type DeadReason = "attempts_exhausted" | "refused" | "event_invalid";

export const maxRawText = 4096;

/** Dead letters stay until someone replays or removes them. */
export type DeadLetters = Readonly<{
  /** Oldest first, of one durable name or of all. */
  list: (durable?: string) => Promise<Result<readonly DeadLetter[], BusFault>>;
  /**
   * Gives the event to the durable subscription it failed in, and to no other, as a first attempt,
   * and removes the letter. Fault bus_dead_letter_missing; bus_event_invalid for one without event.
   */
  replay: (id: string) => Promise<Result<void, BusFault>>;
  remove: (id: string) => Promise<Result<void, BusFault>>;
}>;
