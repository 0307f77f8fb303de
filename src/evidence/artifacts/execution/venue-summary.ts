import type { z } from "zod";
import {
  count,
  exactly,
  finite,
  flag,
  hex16,
  hex64,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  whole,
} from "../fields.ts";
import { type CapitalTripletRecord, capitalTriplet } from "../moment.ts";
import { anyRunId, reasonedRecord } from "../orders/order-fields.ts";

/** One agent at the end of a venue run. */
export type VenueAgentRow = Readonly<{
  agent_id_hash: string;
  gene_id: string;
  initial_capital_micro: number;
  final_capital_micro: number;
  fees_micro: number;
  position_lots: number;
  orders: number;
  fills: number;
  is_alive: boolean;
}>;

/** multiple_experiments_summary.json of a venue run: one run, so one row. */
export type VenueSummary = Readonly<{
  schema_version: "venue_run_summary/1";
  run_id: string;
  mode: "okx_demo" | "okx_live";
  config_hash: string;
  end: VenueRunEnd;
  audit_declaration: Readonly<{
    group_id: string;
    ablation: null;
    ablation_detail: null;
    null_hypothesis: null;
    reason: string;
  }>;
  ticks: number;
  steps: number;
  founders: number;
  births: number;
  deaths: number;
  alive_agents: number;
  agents_ever: number;
  orders_placed: number;
  orders_filled: number;
  orders_partially_filled: number;
  orders_rejected: number;
  fills: number;
  profitable_agents_all: number;
  profitable_agents_alive: number;
  capital_triplet: CapitalTripletRecord;
  initial_total_micro: number;
  /** (current total - initial total) / initial total; null before there was a capital. */
  system_return: number | null;
  system_return_reason: string | null;
  has_nan: boolean;
  has_inf: boolean;
  agents: readonly VenueAgentRow[];
}>;

export type VenueRunEnd =
  | "ticks_done"
  | "stopped"
  | "extinction"
  | "financial_collapse"
  | "halted"
  | "evidence_gap"
  | "preflight_failed";

const venueRunEnds: readonly VenueRunEnd[] = [
  "ticks_done",
  "stopped",
  "extinction",
  "financial_collapse",
  "halted",
  "evidence_gap",
  "preflight_failed",
];

export const venueSummary: z.ZodType<VenueSummary> = reasonedRecord<VenueSummary>({
  schema_version: exactly("venue_run_summary/1"),
  run_id: anyRunId,
  mode: oneOf(["okx_demo", "okx_live"]),
  config_hash: hex64,
  end: oneOf(venueRunEnds),
  audit_declaration: strictRecord<VenueSummary["audit_declaration"]>({
    group_id: reason,
    ablation: exactly(null),
    ablation_detail: exactly(null),
    null_hypothesis: exactly(null),
    reason,
  }),
  ticks: count,
  steps: count,
  founders: count,
  births: count,
  deaths: count,
  alive_agents: count,
  agents_ever: count,
  orders_placed: count,
  orders_filled: count,
  orders_partially_filled: count,
  orders_rejected: count,
  fills: count,
  profitable_agents_all: count,
  profitable_agents_alive: count,
  capital_triplet: capitalTriplet,
  initial_total_micro: count,
  system_return: nullable(finite),
  system_return_reason: nullable(reason),
  has_nan: flag,
  has_inf: flag,
  agents: listOf(
    strictRecord<VenueAgentRow>({
      agent_id_hash: hex16,
      gene_id: hex16,
      initial_capital_micro: whole,
      final_capital_micro: whole,
      fees_micro: whole,
      position_lots: whole,
      orders: count,
      fills: count,
      is_alive: flag,
    }),
  ),
});
