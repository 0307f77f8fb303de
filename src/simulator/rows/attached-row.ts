import type { AttachedLegs, TriggerLeg } from "#exchange";
import type { Listing } from "../catalog/listing.ts";

/** `attachAlgoOrds` of an order: one row, or none where it brought no legs along. */
export function attachedRows(
  legs: AttachedLegs | null,
  listing: Listing,
): readonly Readonly<Record<string, string>>[] {
  if (legs === null) return [];
  const { takeProfit, stopLoss, clientId } = legs;
  return [
    {
      attachAlgoId: "",
      attachAlgoClOrdId: clientId ?? "",
      ...legTexts("tp", takeProfit, listing),
      tpOrdKind: takeProfit === undefined ? "" : "condition",
      ...legTexts("sl", stopLoss, listing),
      sz: "",
      amendPxOnTriggerType: "0",
      failCode: "",
      failReason: "",
    },
  ];
}

/** An order price of -1 is a market order. */
function legTexts(
  kind: "tp" | "sl",
  leg: TriggerLeg | undefined,
  { priceText }: Listing,
): Readonly<Record<string, string>> {
  return {
    [`${kind}TriggerPx`]: leg === undefined ? "" : priceText(leg.triggerTicks),
    [`${kind}TriggerPxType`]: leg?.source ?? "",
    [`${kind}OrdPx`]:
      leg === undefined ? "" : leg.orderTicks === null ? "-1" : priceText(leg.orderTicks),
  };
}
