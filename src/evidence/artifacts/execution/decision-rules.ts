import type { z } from "zod";
import { count, exactly, finite, oneOf, positive, strictRecord } from "../fields.ts";
import { anyRunId, decimal, recordId } from "../orders/order-fields.ts";

/**
 * decision_rules.json: the constants of the run that decisions are a function of, besides genomes,
 * bars and states. With them anyone can decide again, bit for bit.
 */
export type DecisionRules = Readonly<{
  schema_version: "decision_rules/1";
  run_id: string;
  inst_id: string;
  kernel: "reference";
  bar_interval_ms: number;
  /** One tick of a price, one lot of a size: what whole numbers of the kernel count. */
  tick_size: string;
  lot_contracts: string;
  micro_per_lot_tick: number;
  min_lots: number;
  max_lots: number;
  max_leverage: number;
  taker_fee_ppm: number;
  participation_ppm: number;
  half_spread_ppm: number;
  impact_y_ppm: number;
}>;

export const decisionRules: z.ZodType<DecisionRules> = strictRecord<DecisionRules>({
  schema_version: exactly("decision_rules/1"),
  run_id: anyRunId,
  inst_id: recordId,
  kernel: oneOf(["reference"]),
  bar_interval_ms: positive,
  tick_size: decimal,
  lot_contracts: decimal,
  micro_per_lot_tick: finite,
  min_lots: positive,
  max_lots: positive,
  max_leverage: finite,
  taker_fee_ppm: count,
  participation_ppm: count,
  half_spread_ppm: count,
  impact_y_ppm: count,
});
