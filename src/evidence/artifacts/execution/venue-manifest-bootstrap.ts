import { count, type Fields, flag, nullable, oneOf, positive, reason } from "../fields.ts";
import { code, decimal } from "../orders/order-fields.ts";

/** How agents came to their number and their money. */
export type VenueBootstrap = Readonly<{
  bootstrap_capital_source: string;
  bootstrap_capital_currency: string;
  bootstrap_capital_field: string;
  bootstrap_capital_value: string | null;
  bootstrap_capital_value_reason: string | null;
  allocation_ratio: string;
  bootstrap_agent_count_enabled: boolean;
  capital_per_agent: string;
  min_agents: number;
  max_agents: number;
  num_agents: number | null;
  num_agents_reason: string | null;
  agent_count_rule: string;
  preflight_status: "success" | "partial" | "failed" | "not_reached";
}>;

export const bootstrapFields: Fields<VenueBootstrap> = {
  bootstrap_capital_source: reason,
  bootstrap_capital_currency: code,
  bootstrap_capital_field: reason,
  bootstrap_capital_value: nullable(decimal),
  bootstrap_capital_value_reason: nullable(reason),
  allocation_ratio: decimal,
  bootstrap_agent_count_enabled: flag,
  capital_per_agent: decimal,
  min_agents: count,
  max_agents: positive,
  num_agents: nullable(count),
  num_agents_reason: nullable(reason),
  agent_count_rule: reason,
  preflight_status: oneOf(["success", "partial", "failed", "not_reached"]),
};
