import type { Venue } from "../port.ts";
import { createCcxtClient } from "./ccxt-client.ts";
import { createCcxtStream } from "./ccxt-stream.ts";
import { createCcxtWire } from "./ccxt-wire.ts";
import { createVenue } from "./create-venue.ts";
import type { VenueAccess } from "./wire.ts";

/** A venue through ccxt, unmodified, pointed at another address. */
export async function openCcxtVenue(access: VenueAccess): Promise<Venue> {
  const client = await createCcxtClient(access);
  const wire = createCcxtWire(client, access.key !== null);
  const stream = createCcxtStream(access, client);
  const close = async (): Promise<void> => {
    await client.close();
  };
  return createVenue({ library: "ccxt", wire, stream, close }, access);
}
