import type { Catalog } from "../catalog/listing.ts";
import type { Subscription } from "./subscription.ts";

/** Whether a subscription to an account's channel means this instrument. */
export function isOfInstrument(
  { arg }: Subscription,
  instrument: number,
  catalog: Catalog,
): boolean {
  const { instType, instId, family } = catalog.at(instrument);
  const wanted = arg["instType"];
  return (
    (wanted === undefined || wanted === "ANY" || wanted === instType) &&
    (arg["instId"] === undefined || arg["instId"] === instId) &&
    (arg["instFamily"] === undefined || arg["instFamily"] === family)
  );
}
