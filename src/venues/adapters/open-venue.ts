import { unreachable } from "#base";
import type { Venue, VenueLibrary } from "../port.ts";
import type { VenueAccess } from "./wire.ts";

/** Opens a venue through a library, which is loaded only then. */
export async function openVenue(library: VenueLibrary, access: VenueAccess): Promise<Venue> {
  switch (library) {
    case "direct":
      return (await import("./direct-venue.ts")).openDirectVenue(access);
    case "okx_sdk":
      return (await import("./okx-sdk-venue.ts")).openOkxSdkVenue(access);
    case "ccxt":
      return (await import("./ccxt-venue.ts")).openCcxtVenue(access);
    default:
      return unreachable(library);
  }
}
