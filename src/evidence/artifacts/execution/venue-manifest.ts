import type { z } from "zod";
import { strictRecord } from "../fields.ts";
import { type HostFacts, hostFactFields } from "../manifest-host.ts";
import { orderManifest } from "../orders/order-manifest.ts";
import { bootstrapFields, type VenueBootstrap } from "./venue-manifest-bootstrap.ts";
import { endFields, type VenueEndFacts } from "./venue-manifest-end.ts";
import { identityFields, type VenueIdentity } from "./venue-manifest-identity.ts";
import { interfaceFields, type VenueInterface } from "./venue-manifest-interface.ts";
import { type OrderSections, orderSectionFields } from "./venue-manifest-orders.ts";

/** Everything that run_manifest.json of a run at a venue says; both tiers have one form. */
export type VenueManifest = VenueIdentity &
  VenueBootstrap &
  VenueInterface &
  VenueEndFacts &
  OrderSections &
  HostFacts;

const wholeManifest: z.ZodType<VenueManifest> = strictRecord<VenueManifest>({
  ...identityFields,
  ...bootstrapFields,
  ...interfaceFields,
  ...endFields,
  ...orderSectionFields,
  ...hostFactFields,
});

/** A manifest that its own verifier could not read must never reach the disk. */
export const venueManifest: z.ZodType<VenueManifest> = wholeManifest.superRefine(
  (value, context) => {
    const view = orderManifest.safeParse(value);
    if (view.success) return;
    for (const { message, path } of view.error.issues) {
      context.addIssue({ code: "custom", message, path: [...path] });
    }
  },
);
