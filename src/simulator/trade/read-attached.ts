import type { AttachedLegs, TriggerLeg } from "#exchange";
import { isClientOrderId, type RequestByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import { type Refusal, refused } from "../rest/reply.ts";
import { readLeg } from "./read-leg.ts";

type Given = RequestByEndpoint["place_order"]["attachAlgoOrds"];

/**
 * A take profit, a stop loss or both, of the whole order; null where an order brings none. Parts of
 * it, limit orders as take profit and prices that follow an amendment are not traded here.
 */
export function readAttached(
  given: Given,
  listing: Listing,
): Readonly<{ attached: AttachedLegs }> | null | Refusal {
  const [only, ...others] = given ?? [];
  if (only === undefined) return null;
  const isPart = others.length > 0 || only.sz !== undefined;
  if (isPart || only.tpOrdKind === "limit" || only.amendPxOnTriggerType === "1") {
    return refused("51000", "attachAlgoOrds");
  }
  const { attachAlgoClOrdId: clientId } = only;
  if (clientId !== undefined && !isClientOrderId(clientId)) {
    return refused("51000", "attachAlgoClOrdId");
  }
  const legs: { takeProfit?: TriggerLeg; stopLoss?: TriggerLeg } = {};
  for (const kind of ["tp", "sl"] as const) {
    const triggerPx = only[`${kind}TriggerPx`];
    if (triggerPx === undefined) continue;
    const names = { triggerField: `${kind}TriggerPx`, orderField: `${kind}OrdPx` };
    const texts = { triggerPx, ordPx: only[`${kind}OrdPx`], source: only[`${kind}TriggerPxType`] };
    const leg = readLeg(texts, listing, names);
    if ("type" in leg) return leg;
    legs[kind === "tp" ? "takeProfit" : "stopLoss"] = leg;
  }
  if (Object.keys(legs).length === 0) return refused("50014", "tpTriggerPx");
  return { attached: { ...legs, ...(clientId === undefined ? {} : { clientId }) } };
}
