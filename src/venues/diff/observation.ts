import type { OperationId } from "./catalogue/operation-ids.ts";
import type { Column } from "./column.ts";
import type { Effect } from "./effect.ts";
import type { SeenRequest, SeenSocket } from "./relay/seen.ts";
import type { SeatMarket } from "./seat.ts";
import type { Outcome } from "./settle.ts";

/** Everything that was seen of one act by one library. */
export type Observation = Readonly<{
  operation: OperationId;
  column: Column;
  call: string | null;
  outcome: Outcome | Readonly<{ state: "not_offered" }>;
  requests: readonly SeenRequest[];
  sockets: readonly SeenSocket[];
  /** Digest of the venue when the act began, and when it was over. */
  before: string | null;
  after: string | null;
  /** What the act left behind; null where other acts share the venue. */
  effect: Effect | null;
  /** How often a planned fault struck; null where none was planned. */
  struck: number | null;
  /** The secrets of this act, for whoever writes any of it down. */
  secrets: readonly string[];
  market: SeatMarket;
  /** Ids that the preparation left behind, by name. */
  left: Readonly<Record<string, string>>;
  /** What the names of its orders end in. */
  suffix: string;
}>;
