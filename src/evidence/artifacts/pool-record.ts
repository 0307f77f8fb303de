import type { z } from "zod";
import type { BirthOrigin } from "#core";
import {
  agentId,
  count,
  exactly,
  filledBase64,
  finite,
  flag,
  hex16,
  hex64,
  type JsonRecord,
  jsonRecord,
  nullable,
  oneOf,
  positive,
  reason,
  strictRecord,
  text,
  tierOneRunId,
  utcTime,
  whole,
} from "./fields.ts";
import { type LifeLine, lifeLine } from "./life-record.ts";
import { type RunWindow, runWindow } from "./run-manifest.ts";

/** Where a gene comes from: enough to find the run, and to judge it without the run. */
export type PoolSource = Readonly<{
  git_commit: string | null;
  git_commit_reason: string | null;
  docker_image: string | null;
  docker_image_reason: string | null;
  run_id: string;
  seed: number;
  mode: "offline";
  window: RunWindow;
  ablation: JsonRecord | null;
  ablation_reason: string | null;
  dataset_id: string;
  config_hash: string;
  core_hash: string;
}>;

/** What the agent was worth, by its own life and by the run it lived in. */
export type PoolMetrics = Readonly<{
  survived: true;
  /** (final + given to children - initial) / initial. */
  lifetime_return: number;
  /** Fees + funding + living cost. */
  costs_micro: number;
  has_nan: boolean;
  has_inf: boolean;
  has_explosion: boolean;
  run_deaths: number;
  run_administrative_death_share: number | null;
  run_administrative_death_share_reason: string | null;
  life: LifeLine;
}>;

/** One survivor of a completed run, in the live pool of stage 1; append-only. */
export type PoolRecord = Readonly<{
  /** `<run_id>:<agent_id>`. */
  id: string;
  schema_version: "pool_record/1";
  /** When the run ended, wall time. */
  created_at: string;
  source: PoolSource;
  agent_id: string;
  agent_id_hash: string;
  origin: BirthOrigin;
  generation: number;
  lineage_id: string;
  cohort_id: string;
  gene_id: string;
  weights_sha256: string;
  weights_count: number;
  genome_schema_version: string;
  feature_contract_version: string;
  encoding: "base64_float32_le";
  /** The weights; `genome_vector_342` repeats them for genomes of 342 genes only. */
  genome_vector: string;
  genome_vector_342: string | null;
  genome_vector_342_reason: string | null;
  metrics_summary: PoolMetrics;
  /** Path of the fingerprint under the root. */
  fingerprint_ref: string;
}>;

export const poolRecord: z.ZodType<PoolRecord> = strictRecord<PoolRecord>({
  id: text,
  schema_version: exactly("pool_record/1"),
  created_at: utcTime,
  source: strictRecord<PoolSource>({
    git_commit: nullable(reason),
    git_commit_reason: nullable(reason),
    docker_image: nullable(reason),
    docker_image_reason: nullable(reason),
    run_id: tierOneRunId,
    seed: count,
    mode: exactly("offline"),
    window: runWindow,
    ablation: nullable(jsonRecord),
    ablation_reason: nullable(reason),
    dataset_id: reason,
    config_hash: hex64,
    core_hash: hex64,
  }),
  agent_id: agentId,
  agent_id_hash: hex16,
  origin: oneOf(["founder", "split", "reboot_founder"]),
  generation: count,
  lineage_id: agentId,
  cohort_id: text,
  gene_id: hex16,
  weights_sha256: hex64,
  weights_count: positive,
  genome_schema_version: reason,
  feature_contract_version: reason,
  encoding: exactly("base64_float32_le"),
  genome_vector: filledBase64,
  genome_vector_342: nullable(filledBase64),
  genome_vector_342_reason: nullable(reason),
  metrics_summary: strictRecord<PoolMetrics>({
    survived: exactly(true),
    lifetime_return: finite,
    costs_micro: whole,
    has_nan: flag,
    has_inf: flag,
    has_explosion: flag,
    run_deaths: count,
    run_administrative_death_share: nullable(finite),
    run_administrative_death_share_reason: nullable(reason),
    life: lifeLine,
  }),
  fingerprint_ref: reason,
});
