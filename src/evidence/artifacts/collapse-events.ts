import type { z } from "zod";
import type { CollapseReason } from "#core";
import { eitherOf, exactly, oneOf, positive, strictRecord, whole } from "./fields.ts";
import { type CapitalTripletRecord, capitalTriplet, type EventHead, eventHead } from "./moment.ts";

/** Nobody is alive, or the reserve is used up. */
export type CollapseLine = EventHead &
  Readonly<{
    event: "collapse";
    reason: CollapseReason;
    capital_triplet: CapitalTripletRecord;
  }>;

/** Fresh founders after an extinction. */
export type RebootLine = EventHead &
  Readonly<{ event: "reboot"; founders: number; capital_micro: number }>;

export type CollapseEventLine = CollapseLine | RebootLine;

const collapse: z.ZodType<CollapseLine> = strictRecord<CollapseLine>({
  ...eventHead,
  event: exactly("collapse"),
  reason: oneOf(["extinction", "financial", "both"]),
  capital_triplet: capitalTriplet,
});

const reboot: z.ZodType<RebootLine> = strictRecord<RebootLine>({
  ...eventHead,
  event: exactly("reboot"),
  founders: positive,
  capital_micro: whole,
});

export const collapseEventLine: z.ZodType<CollapseEventLine> = eitherOf<CollapseEventLine>([
  collapse,
  reboot,
]);
