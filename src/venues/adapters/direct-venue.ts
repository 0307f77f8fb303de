import type { Venue } from "../port.ts";
import { createVenue } from "./create-venue.ts";
import { createDirectStream } from "./direct-stream.ts";
import { createDirectWire } from "./direct-wire.ts";
import { createHttpSend, type HttpSend, withTimeout } from "./http-send.ts";
import type { VenueAccess } from "./wire.ts";

/**
 * A venue without a library: over HTTP, or through `service`, a venue of this process that takes a
 * request and gives an answer.
 */
export function openDirectVenue(access: VenueAccess, service: HttpSend | null = null): Venue {
  const { baseUrl, key, demo, timeoutMs, nowMs } = access;
  const send =
    service === null ? createHttpSend(baseUrl, timeoutMs) : withTimeout(service, timeoutMs);
  const wire = createDirectWire({ send, key, demo, nowMs });
  const stream = createDirectStream(access);
  return createVenue({ library: "direct", wire, stream, close: async () => {} }, access);
}
