import type { z } from "zod";
import {
  agentId,
  count,
  exactly,
  type Fields,
  finite,
  flag,
  hex16,
  hex64,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  text,
  whole,
} from "../fields.ts";
import { type CapitalTripletRecord, capitalTriplet } from "../moment.ts";
import { type EvidenceRef, evidenceRef } from "../orders/evidence-ref.ts";
import { anyRunId, code, type LineHead, lineHead, reasonedRecord } from "../orders/order-fields.ts";
import { type TruthProfile, truthProfile } from "./execution-fields.ts";

/** genomes_snapshot.jsonl: the weights behind each anchor of the roster. */
export type VenueGenomeLine = LineHead &
  Readonly<{
    tick: number;
    agent_id: string;
    agent_id_hash: string;
    gene_id: string;
    weights_sha256: string;
    genome_schema_version: string;
    weights_count: number;
    encoding: "base64_float32_le";
    weights: string;
    /** Where the genome was earned: its record in the snapshot. */
    pool_record_id: string;
  }>;

const anchor: Fields<
  Pick<VenueGenomeLine, "agent_id" | "agent_id_hash" | "gene_id" | "weights_sha256">
> = { agent_id: agentId, agent_id_hash: hex16, gene_id: hex16, weights_sha256: hex64 };

export const venueGenomeLine: z.ZodType<VenueGenomeLine> = strictRecord<VenueGenomeLine>({
  ...lineHead,
  tick: count,
  ...anchor,
  genome_schema_version: text,
  weights_count: positive,
  encoding: exactly("base64_float32_le"),
  weights: text,
  pool_record_id: reason,
});

/** birth_events.jsonl of a venue run: founders only, nobody splits at a venue. */
export type VenueBirthLine = LineHead &
  Readonly<{
    tick: number;
    agent_id: string;
    agent_id_hash: string;
    gene_id: string;
    weights_sha256: string;
    origin: "founder";
    parent_id_hash: null;
    parent_id_hash_reason: string;
    /** The capital that the reserve handed over. */
    capital_micro: number;
    capital_triplet: CapitalTripletRecord;
  }>;

export const venueBirthLine: z.ZodType<VenueBirthLine> = reasonedRecord<VenueBirthLine>({
  ...lineHead,
  tick: count,
  ...anchor,
  origin: exactly("founder"),
  parent_id_hash: exactly(null),
  parent_id_hash_reason: reason,
  capital_micro: whole,
  capital_triplet: capitalTriplet,
});

export type FenceBlockRate = Readonly<{ fence_id: string; block_count: number }>;

/** death_events.jsonl of a venue run (seeds/001 5.1). */
export type VenueDeathLine = LineHead &
  Readonly<{
    tick: number;
    agent_id: string;
    agent_id_hash: string;
    death_reason: "capital_depleted";
    death_reason_source: "lifecycle_capital";
    capital_triplet: CapitalTripletRecord;
    has_position: boolean;
    position_side: "long" | "short" | null;
    position_side_reason: string | null;
    position_lots: number;
    /** How the position is known: from fills of its own orders alone. */
    positions_truth_quality: TruthProfile;
    position_exposure_ratio: number | null;
    position_exposure_ratio_reason: string | null;
    pos_side_sign: -1 | 0 | 1;
    last_signal: number;
    state_final: "IN_MARKET" | "OUT_MARKET";
    api_error_count_so_far: number;
    fence_block_rate_summary: readonly FenceBlockRate[];
    /** What the reserve took over; negative = shortfall that it pays. */
    settled_to_reserve_micro: number;
    settlement_client_order_id: string | null;
    settlement_client_order_id_reason: string | null;
  }>;

export const venueDeathLine: z.ZodType<VenueDeathLine> = reasonedRecord<VenueDeathLine>({
  ...lineHead,
  tick: count,
  agent_id: agentId,
  agent_id_hash: hex16,
  death_reason: exactly("capital_depleted"),
  death_reason_source: exactly("lifecycle_capital"),
  capital_triplet: capitalTriplet,
  has_position: flag,
  position_side: nullable(oneOf(["long", "short"])),
  position_side_reason: nullable(reason),
  position_lots: whole,
  positions_truth_quality: truthProfile,
  position_exposure_ratio: nullable(finite),
  position_exposure_ratio_reason: nullable(reason),
  pos_side_sign: sideSign(),
  last_signal: finite,
  state_final: oneOf(["IN_MARKET", "OUT_MARKET"]),
  api_error_count_so_far: count,
  fence_block_rate_summary: listOf(
    strictRecord<FenceBlockRate>({ fence_id: code, block_count: count }),
  ),
  settled_to_reserve_micro: whole,
  settlement_client_order_id: nullable(reason),
  settlement_client_order_id_reason: nullable(reason),
});

function sideSign(): z.ZodType<-1 | 0 | 1> {
  return finite.refine((value) => value === -1 || value === 0 || value === 1, {
    error: "expected -1, 0 or 1",
  }) as z.ZodType<-1 | 0 | 1>;
}

/** One judgement of the lifecycle over one agent. */
export type LifecycleLine = LineHead &
  Readonly<{
    /** The tick after which it was judged. */
    tick_end: number;
    agent_id_hash: string;
    gene_id: string;
    decision: "KEEP" | "DEATH";
    decision_reason_codes: readonly string[];
    metrics_used: Readonly<{ equity_micro: number; capital_base_micro: number }>;
    metrics_truth_quality: TruthProfile;
    pre_settlement_action: "none" | "settlement_order" | "settlement_refused";
    evidence_refs: readonly EvidenceRef[];
  }>;

export const lifecycleLine: z.ZodType<LifecycleLine> = strictRecord<LifecycleLine>({
  ...lineHead,
  tick_end: count,
  agent_id_hash: hex16,
  gene_id: hex16,
  decision: oneOf(["KEEP", "DEATH"]),
  decision_reason_codes: listOf(code),
  metrics_used: strictRecord<LifecycleLine["metrics_used"]>({
    equity_micro: whole,
    capital_base_micro: whole,
  }),
  metrics_truth_quality: truthProfile,
  pre_settlement_action: oneOf(["none", "settlement_order", "settlement_refused"]),
  evidence_refs: listOf(evidenceRef),
});

/** lifecycle_judge_report.json */
export type LifecycleReport = Readonly<{
  schema_version: "lifecycle_judge_report/1";
  run_id: string;
  contract_version: string;
  verdict: "PASS" | "NOT_MEASURABLE";
  reason_codes: readonly string[];
  agents: number;
  kept: number;
  deaths: number;
  settlements_sent: number;
}>;

export const lifecycleReport: z.ZodType<LifecycleReport> = strictRecord<LifecycleReport>({
  schema_version: exactly("lifecycle_judge_report/1"),
  run_id: anyRunId,
  contract_version: reason,
  verdict: oneOf(["PASS", "NOT_MEASURABLE"]),
  reason_codes: listOf(code),
  agents: count,
  kept: count,
  deaths: count,
  settlements_sent: count,
});
