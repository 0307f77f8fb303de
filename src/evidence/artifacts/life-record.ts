import type { z } from "zod";
import type { LifeRecord } from "#core";
import { count, finite, nullable, oneOf, recordOf, whole } from "./fields.ts";

/** A LifeRecord as it is written: the agent stands beside it, and a broken number becomes null. */
export type LifeLine = Readonly<
  Omit<LifeRecord, "agent_id" | "last_signal"> & { last_signal: number | null }
>;

const lastSignal = nullable(finite);
const stateFinal = oneOf(["OUT_MARKET", "IN_MARKET"]);

export const lifeLine: z.ZodType<LifeLine> = recordOf<LifeLine>((take) => ({
  born_tick: take(count),
  age_ticks: take(count),
  initial_capital_micro: take(whole),
  capital_base_micro: take(whole),
  given_to_children_micro: take(count),
  trade_flow_micro: take(whole),
  fees_micro: take(whole),
  funding_micro: take(whole),
  living_cost_micro: take(whole),
  position_lots: take(whole),
  mark_price_ticks: take(count),
  final_capital_micro: take(whole),
  opened_long: take(count),
  opened_short: take(count),
  closed: take(count),
  closed_with_profit: take(count),
  partial_fills: take(count),
  unfilled_orders: take(count),
  children: take(count),
  last_signal: take(lastSignal),
  state_final: take(stateFinal),
}));
