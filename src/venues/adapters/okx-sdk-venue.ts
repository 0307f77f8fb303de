import type { Venue } from "../port.ts";
import { createVenue } from "./create-venue.ts";
import { createOkxSdkStream } from "./okx-sdk-stream.ts";
import { createOkxSdkWire } from "./okx-sdk-wire.ts";
import type { VenueAccess } from "./wire.ts";

/** A venue through okx-api, unmodified, pointed at another address. */
export function openOkxSdkVenue(access: VenueAccess): Venue {
  const wire = createOkxSdkWire(access);
  const stream = createOkxSdkStream(access);
  return createVenue({ library: "okx_sdk", wire, stream, close: async () => {} }, access);
}
