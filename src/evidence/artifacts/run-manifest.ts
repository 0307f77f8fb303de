import type { z } from "zod";
import type { Json } from "#base";
import type { CollapseReason, WorldConfig } from "#core";
import type { Instrument } from "#market";
import {
  anyJson,
  count,
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
  runId,
  strictRecord,
  text,
  utcTime,
} from "./fields.ts";
import { instrument, worldConfig } from "./foreign.ts";
import { type HostFacts, hostFactFields, type WallFacts, wallFactFields } from "./manifest-host.ts";
import { type SurvivalKpi, survivalKpi } from "./survival-kpi.ts";

export type RunStatus = "running" | "completed" | "interrupted" | "aborted";

/** The slice of the dataset that the run may see. */
export type RunWindow = Readonly<{
  name: string;
  /** First bar of the window in the dataset, and how many bars it has. */
  start_index: number;
  len: number;
  /** Opening times of the first and the last bar. */
  start_utc: string;
  end_utc: string;
}>;

export type DatasetFacts = Readonly<{
  dataset_id: string;
  name: string;
  bars: number;
  interval_ms: number;
  /** As the dataset's own record gives them. */
  provenance: JsonRecord;
  defects: readonly Json[];
}>;

/** Whether agents of one account can trade with each other; audit only. */
export type SelfTradePrevention = Readonly<{
  stp_supported: boolean | null;
  stp_supported_reason: string | null;
  stp_enabled: boolean | null;
  stp_enabled_reason: string | null;
  execution_netting_enabled: boolean;
  self_trade_policy: "forbid" | "allow" | "unknown";
  self_trade_detection_capability: "strong" | "weak" | "none";
}>;

/** Why and where a run ended before its window did. */
export type StopFacts = Readonly<{
  status: RunStatus;
  /** How the run ended, or the code of the fault that aborted it. */
  status_detail: string;
  /** A replay stops after this tick; null when the run reached its own end. */
  stopped_after_tick: number | null;
  stopped_after_tick_reason: string | null;
  /** Who asked it to stop; null when nobody did. */
  stop_reason: string | null;
}>;

export type IdentityFacts = Readonly<{
  schema_version: "run_manifest/1";
  run_id: string;
  meta: Readonly<{ tier: "tier1_hf" | "tier2_full"; contract: "run_directory/1" }>;
  mode: "offline";
  seed: number;
  window: RunWindow;
  ablation: JsonRecord | null;
  ablation_reason: string | null;
  config: WorldConfig;
  config_hash: string;
  core_hash: string;
  genome_schema_version: string;
  feature_contract_version: string;
  feature_dimension: number;
  dataset: DatasetFacts;
  instrument: Instrument;
  results_dir: string;
  behaviors_enabled: boolean;
}>;

/** Facts of seeds/001 that an offline run cannot know, each with its reason. */
export type InterfaceFacts = Readonly<{
  python_version: null;
  python_version_reason: string;
  runtime_is_node: true;
  exchange_lib: null;
  exchange_lib_reason: string;
  env: "offline";
  symbol_in_use: string;
  execution_alignment_report_path: null;
  execution_alignment_report_path_reason: string;
  execution_raw_samples_path: null;
  execution_raw_samples_path_reason: string;
  m_execution_raw_index_path: null;
  m_execution_raw_index_path_reason: string;
  positions_quality: "simulated";
  impedance_fidelity: "simulated";
  self_trade_prevention: SelfTradePrevention;
}>;

/** What seeds/001 7.1 wants at the top; known at the end only. Copies of `survival_kpi`. */
export type KpiFacts = Readonly<{
  internal_collapse_detected: boolean | null;
  internal_collapse_detected_reason: string | null;
  /** Null also when nothing collapsed. */
  internal_collapse_reason: CollapseReason | null;
  internal_collapse_time: string | null;
  internal_collapse_time_reason: string | null;
  time_to_first_internal_collapse_seconds: number | null;
  time_to_first_internal_collapse_seconds_reason: string | null;
  restart_time_seconds: number | null;
  restart_time_seconds_reason: string | null;
  survival_kpi: SurvivalKpi | null;
  survival_kpi_reason: string | null;
}>;

export type RunManifest = IdentityFacts &
  StopFacts &
  InterfaceFacts &
  KpiFacts &
  HostFacts &
  WallFacts &
  Readonly<{
    /** Keys that may differ between two executions of the same run. */
    host_fields: readonly string[];
  }>;

export const runWindow: z.ZodType<RunWindow> = strictRecord<RunWindow>({
  name: reason,
  start_index: count,
  len: positive,
  start_utc: utcTime,
  end_utc: utcTime,
});

export const runManifest: z.ZodType<RunManifest> = strictRecord<RunManifest>({
  ...identityFields(),
  ...stopFields(),
  ...interfaceFields(),
  ...kpiFields(),
  ...hostFactFields,
  ...wallFactFields,
  host_fields: listOf(text),
});

function identityFields(): Fields<IdentityFacts> {
  return {
    schema_version: exactly("run_manifest/1"),
    run_id: runId,
    meta: strictRecord<IdentityFacts["meta"]>({
      tier: oneOf(["tier1_hf", "tier2_full"]),
      contract: exactly("run_directory/1"),
    }),
    mode: exactly("offline"),
    seed: count,
    window: runWindow,
    ablation: nullable(jsonRecord),
    ablation_reason: nullable(reason),
    config: worldConfig,
    config_hash: hex64,
    core_hash: hex64,
    genome_schema_version: reason,
    feature_contract_version: reason,
    feature_dimension: positive,
    dataset: strictRecord<DatasetFacts>({
      dataset_id: reason,
      name: reason,
      bars: positive,
      interval_ms: positive,
      provenance: jsonRecord,
      defects: listOf(anyJson),
    }),
    instrument,
    results_dir: reason,
    behaviors_enabled: flag,
  };
}

function stopFields(): Fields<StopFacts> {
  return {
    status: oneOf(["running", "completed", "interrupted", "aborted"]),
    status_detail: reason,
    stopped_after_tick: nullable(count),
    stopped_after_tick_reason: nullable(reason),
    stop_reason: nullable(reason),
  };
}

function interfaceFields(): Fields<InterfaceFacts> {
  return {
    python_version: exactly(null),
    python_version_reason: reason,
    runtime_is_node: exactly(true),
    exchange_lib: exactly(null),
    exchange_lib_reason: reason,
    env: exactly("offline"),
    symbol_in_use: reason,
    execution_alignment_report_path: exactly(null),
    execution_alignment_report_path_reason: reason,
    execution_raw_samples_path: exactly(null),
    execution_raw_samples_path_reason: reason,
    m_execution_raw_index_path: exactly(null),
    m_execution_raw_index_path_reason: reason,
    positions_quality: exactly("simulated"),
    impedance_fidelity: exactly("simulated"),
    self_trade_prevention: strictRecord<SelfTradePrevention>({
      stp_supported: nullable(flag),
      stp_supported_reason: nullable(reason),
      stp_enabled: nullable(flag),
      stp_enabled_reason: nullable(reason),
      execution_netting_enabled: flag,
      self_trade_policy: oneOf(["forbid", "allow", "unknown"]),
      self_trade_detection_capability: oneOf(["strong", "weak", "none"]),
    }),
  };
}

function kpiFields(): Fields<KpiFacts> {
  return {
    internal_collapse_detected: nullable(flag),
    internal_collapse_detected_reason: nullable(reason),
    internal_collapse_reason: nullable(oneOf(["extinction", "financial", "both"])),
    internal_collapse_time: nullable(utcTime),
    internal_collapse_time_reason: nullable(reason),
    time_to_first_internal_collapse_seconds: nullable(finite),
    time_to_first_internal_collapse_seconds_reason: nullable(reason),
    restart_time_seconds: nullable(finite),
    restart_time_seconds_reason: nullable(reason),
    survival_kpi: nullable(survivalKpi),
    survival_kpi_reason: nullable(reason),
  };
}
