import type { BusFault } from "./bus-fault.ts";
import type { DeadReason } from "./dead-letters.ts";

/** What happened on the bus that an operator may want to see; events themselves are not told. */
export type BusNotice =
  | Readonly<{
      type: "attempt_failed";
      durable: string | null;
      event_id: string;
      attempt: number;
      detail: string;
    }>
  | Readonly<{
      type: "event_died";
      durable: string | null;
      event_id: string | null;
      attempt: number;
      reason: DeadReason;
      detail: string;
    }>
  | Readonly<{ type: "events_dropped"; durable: string | null; pattern: string; dropped: number }>
  | Readonly<{ type: "connection"; state: "up" | "reconnecting" | "closed" }>
  | Readonly<{ type: "trouble"; fault: BusFault }>;

/** Told at once and in order; must not throw. */
export type TellBus = (notice: BusNotice) => void;
