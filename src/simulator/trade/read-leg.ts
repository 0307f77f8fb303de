import type { TriggerLeg, TriggerSource } from "#exchange";
import type { Listing } from "../catalog/listing.ts";
import { type Refusal, refused } from "../rest/reply.ts";

type LegText = Readonly<{
  triggerPx: string;
  ordPx: string | undefined;
  source: TriggerSource | undefined;
}>;

/** An order price of -1 is a market order. */
export function readLeg(
  { triggerPx, ordPx, source }: LegText,
  listing: Listing,
  { triggerField, orderField }: Readonly<{ triggerField: string; orderField: string }>,
): TriggerLeg | Refusal {
  const triggerTicks = listing.readPrice(triggerPx);
  if (triggerTicks === null) return refused("51000", triggerField);
  if (ordPx === undefined) return refused("50014", orderField);
  const from: TriggerSource = source ?? "last";
  if (ordPx === "-1") return { triggerTicks, source: from, orderTicks: null };
  const orderTicks = listing.readPrice(ordPx);
  if (orderTicks === null) return refused("51000", orderField);
  return { triggerTicks, source: from, orderTicks };
}
