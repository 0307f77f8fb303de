import { z } from "zod";
import { count, exactly, finite, flag, hex16, listOf, nullable, oneOf, reason } from "../fields.ts";
import { shaped } from "../shape.ts";
import { type EvidenceRef, evidenceRef } from "./evidence-ref.ts";
import {
  code,
  decimal,
  type LineHead,
  lineHead,
  reasonedRecord,
  recordId,
} from "./order-fields.ts";

/** What the market looked like when the agents of this tick decided. */
export type TickSummary = LineHead &
  Readonly<{
    record_type: "tick_summary";
    tick: number;
    feature_contract_version: string;
    total_features_count: number;
    effective_features_count: number;
    inst_id_used: string;
    source_endpoint_used: string;
    source_ts_used: string | null;
    source_ts_used_reason: string | null;
    source_ts_ms_used: number | null;
    source_ts_ms_used_reason: string | null;
    mark_price_used: string | null;
    mark_price_used_reason: string | null;
    input_quality_flags: readonly string[];
    reason_code: string | null;
    evidence_refs: readonly EvidenceRef[];
  }>;

/** What one agent wanted. `intent_id` is null where it wanted nothing. */
export type AgentDetail = LineHead &
  Readonly<{
    record_type: "agent_detail";
    tick: number;
    agent_id_hash: string;
    intent_id: string | null;
    intent_action: "open_long" | "open_short" | "close_to_flat" | "hold";
    intent_desired_state: "IN_MARKET" | "OUT_MARKET";
    signal: number | null;
    signal_reason: string | null;
    leverage_target: number | null;
    leverage_target_reason: string | null;
    oneshot: boolean;
  }>;

export type DecisionTraceLine = TickSummary | AgentDetail;

const tickSummary: z.ZodType<TickSummary> = reasonedRecord<TickSummary>({
  ...lineHead,
  record_type: exactly("tick_summary"),
  tick: count,
  feature_contract_version: reason,
  total_features_count: count,
  effective_features_count: count,
  inst_id_used: recordId,
  source_endpoint_used: reason,
  source_ts_used: nullable(reason),
  source_ts_used_reason: nullable(reason),
  source_ts_ms_used: nullable(count),
  source_ts_ms_used_reason: nullable(reason),
  mark_price_used: nullable(decimal),
  mark_price_used_reason: nullable(reason),
  input_quality_flags: listOf(code),
  reason_code: nullable(code),
  evidence_refs: listOf(evidenceRef),
});

const agentDetail: z.ZodType<AgentDetail> = reasonedRecord<AgentDetail>({
  ...lineHead,
  record_type: exactly("agent_detail"),
  tick: count,
  agent_id_hash: hex16,
  intent_id: nullable(recordId),
  intent_action: oneOf(["open_long", "open_short", "close_to_flat", "hold"]),
  intent_desired_state: oneOf(["IN_MARKET", "OUT_MARKET"]),
  signal: nullable(finite),
  signal_reason: nullable(reason),
  leverage_target: nullable(finite),
  leverage_target_reason: nullable(reason),
  oneshot: flag,
});

/** Told apart by record_type before anything else is looked at: a line is read once. */
export const decisionTraceLine: z.ZodType<DecisionTraceLine> = shaped(
  z.discriminatedUnion("record_type", [
    tickSummary as unknown as z.ZodObject<{ record_type: z.ZodLiteral<"tick_summary"> }>,
    agentDetail as unknown as z.ZodObject<{ record_type: z.ZodLiteral<"agent_detail"> }>,
  ]) as unknown as z.ZodType<DecisionTraceLine>,
  { type: "either", of: [tickSummary, agentDetail] },
);
