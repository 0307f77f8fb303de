import type { z } from "zod";
import {
  exactly,
  type Fields,
  finite,
  flag,
  hex64,
  type JsonRecord,
  jsonRecord,
  listOf,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  text,
} from "../fields.ts";
import { anyRunId, code } from "../orders/order-fields.ts";
import type { RunTier } from "../orders/order-manifest.ts";

/** What the run was, before anything happened. */
export type VenueIdentity = Readonly<{
  schema_version: "venue_run_manifest/1";
  run_id: string;
  meta: Readonly<{ tier: RunTier; contract: "orders/1" }>;
  mode: "okx_demo" | "okx_live";
  window: null;
  window_reason: string;
  ablation: null;
  ablation_reason: string;
  config: JsonRecord;
  config_hash: string;
  core_hash: string;
  results_dir: string;
  genome_schema_version: string;
  feature_contract_version: string;
  feature_dimension: number;
  decision_input_dim: number;
  decision_contract_version: string;
  feature_contract: Readonly<{
    contract_version: string;
    dimension: number;
    probe_order: readonly string[];
    probe_categories: readonly string[];
  }>;
  alignment_check: Readonly<{ passed: boolean; reason: string }>;
  pool_namespace: string;
  genome_snapshot: GenomeSource;
  /** Changed at run boundaries only. */
  world_parameters: Readonly<{ tick_seconds: number; bar: string; change_reason_code: string }>;
}>;

/** The only door through which genomes came in. */
export type GenomeSource = Readonly<{
  snapshot_id: string;
  sha256: string;
  records: number;
  genes: number;
  authenticity: "proven" | "not_measurable";
  authenticity_reason: string | null;
}>;

const genomeSource: z.ZodType<GenomeSource> = strictRecord<GenomeSource>({
  snapshot_id: reason,
  sha256: hex64,
  records: positive,
  genes: positive,
  authenticity: oneOf(["proven", "not_measurable"]),
  authenticity_reason: nullable(reason),
});

export const identityFields: Fields<VenueIdentity> = {
  schema_version: exactly("venue_run_manifest/1"),
  run_id: anyRunId,
  meta: strictRecord<VenueIdentity["meta"]>({
    tier: oneOf(["tier1_hf", "tier2_full"]),
    contract: exactly("orders/1"),
  }),
  mode: oneOf(["okx_demo", "okx_live"]),
  window: exactly(null),
  window_reason: reason,
  ablation: exactly(null),
  ablation_reason: reason,
  config: jsonRecord,
  config_hash: hex64,
  core_hash: hex64,
  results_dir: reason,
  genome_schema_version: reason,
  feature_contract_version: reason,
  feature_dimension: positive,
  decision_input_dim: positive,
  decision_contract_version: reason,
  feature_contract: strictRecord<VenueIdentity["feature_contract"]>({
    contract_version: reason,
    dimension: positive,
    probe_order: listOf(text),
    probe_categories: listOf(text),
  }),
  alignment_check: strictRecord<VenueIdentity["alignment_check"]>({ passed: flag, reason }),
  pool_namespace: reason,
  genome_snapshot: genomeSource,
  world_parameters: strictRecord<VenueIdentity["world_parameters"]>({
    tick_seconds: finite,
    bar: reason,
    change_reason_code: code,
  }),
};
