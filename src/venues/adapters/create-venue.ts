import type { Venue, VenueLibrary } from "../port.ts";
import { accountReads } from "./account-reads.ts";
import { createCaller } from "./caller.ts";
import { marketReads } from "./market-reads.ts";
import { orderReads } from "./order-reads.ts";
import { orderWrites } from "./order-writes.ts";
import type { VenueAccess, Wire } from "./wire.ts";

/** What an adapter brings: how a request travels, how a stream is followed. */
export type VenueParts = Readonly<{
  library: VenueLibrary;
  wire: Wire;
  stream: Venue["stream"];
  close: Venue["close"];
}>;

/** One port over any wire: what differs between the libraries is in their parts alone. */
export function createVenue(
  { library, wire, stream, close }: VenueParts,
  access: Pick<VenueAccess, "key" | "demo" | "gate" | "nowMs">,
): Venue {
  const caller = createCaller(wire, access);
  return {
    library,
    ...marketReads(caller),
    ...accountReads(caller, access.demo),
    ...orderReads(caller),
    ...orderWrites(caller, access.gate),
    stream,
    close,
  };
}
