import type { z } from "zod";
import { count, finite, nullable, oneOf, reason } from "../fields.ts";
import { code, decimal, type LineHead, lineHead, reasonedRecord } from "./order-fields.ts";
import type { TruthQuality } from "./order-status-samples.ts";

/** The account at one tick, and what execution did in it. */
export type LedgerTick = LineHead &
  Readonly<{
    tick: number;
    bootstrap_equity: string;
    exchange_equity: string | null;
    exchange_equity_reason: string | null;
    capital_health_ratio: number | null;
    capital_health_ratio_reason: string | null;
    positions_truth_quality: TruthQuality;
    position_exposure_ratio: number | null;
    position_exposure_ratio_reason: string | null;
    pos_side_sign: -1 | 0 | 1 | null;
    pos_side_sign_reason: string | null;
    reason_code: string | null;
    /** Requests of this tick that left (status sending), were taken, or were not. */
    execution_orders_sent: number;
    execution_orders_acked: number;
    execution_orders_failed: number;
  }>;

export const ledgerTick: z.ZodType<LedgerTick> = reasonedRecord<LedgerTick>({
  ...lineHead,
  tick: count,
  bootstrap_equity: decimal,
  exchange_equity: nullable(decimal),
  exchange_equity_reason: nullable(reason),
  capital_health_ratio: nullable(finite),
  capital_health_ratio_reason: nullable(reason),
  positions_truth_quality: oneOf(["ok", "degraded", "unknown"]),
  position_exposure_ratio: nullable(finite),
  position_exposure_ratio_reason: nullable(reason),
  pos_side_sign: nullable(sign()),
  pos_side_sign_reason: nullable(reason),
  reason_code: nullable(code),
  execution_orders_sent: count,
  execution_orders_acked: count,
  execution_orders_failed: count,
});

function sign(): z.ZodType<-1 | 0 | 1> {
  return finite.refine((value) => value === -1 || value === 0 || value === 1, {
    error: "expected -1, 0 or 1",
  }) as z.ZodType<-1 | 0 | 1>;
}
