import type { z } from "zod";
import type { LifeRecord } from "#core";
import { count, finite, nullable, oneOf, strictRecord, whole } from "./fields.ts";

/** A LifeRecord as it is written: the agent stands beside it, and a broken number becomes null. */
export type LifeLine = Readonly<
  Omit<LifeRecord, "agent_id" | "last_signal"> & { last_signal: number | null }
>;

export const lifeLine: z.ZodType<LifeLine> = strictRecord<LifeLine>({
  born_tick: count,
  age_ticks: count,
  initial_capital_micro: whole,
  capital_base_micro: whole,
  given_to_children_micro: count,
  trade_flow_micro: whole,
  fees_micro: whole,
  funding_micro: whole,
  living_cost_micro: whole,
  position_lots: whole,
  mark_price_ticks: count,
  final_capital_micro: whole,
  opened_long: count,
  opened_short: count,
  closed: count,
  closed_with_profit: count,
  partial_fills: count,
  unfilled_orders: count,
  children: count,
  last_signal: nullable(finite),
  state_final: oneOf(["OUT_MARKET", "IN_MARKET"]),
});
