import type { z } from "zod";
import { count, type Fields, nullable, oneOf, reason } from "../fields.ts";
import { type LineHead, lineHead } from "../orders/order-fields.ts";

/** The head of a line of one tick, or of what comes before the first and after the last. */
export type TickHead = LineHead & Readonly<{ tick: number | null; tick_reason: string | null }>;

export const tickHead: Fields<TickHead> = {
  ...lineHead,
  tick: nullable(count),
  tick_reason: nullable(reason),
};

/** How far what is said may be relied on. */
export type TruthProfile = "ok" | "degraded" | "unknown";

export const truthProfile: z.ZodType<TruthProfile> = oneOf(["ok", "degraded", "unknown"]);
