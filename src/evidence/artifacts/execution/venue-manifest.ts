import type { z } from "zod";
import {
  count,
  exactly,
  type Fields,
  finite,
  flag,
  hex16,
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
  utcTime,
} from "../fields.ts";
import { type HostFacts, hostFactFields } from "../manifest-host.ts";
import { anyRunId, code, decimal, reasonedRecord, recordId } from "../orders/order-fields.ts";
import { orderManifest } from "../orders/order-manifest.ts";
import { type TruthProfile, truthProfile } from "./execution-fields.ts";
import { type OrderSections, orderSectionFields } from "./venue-manifest-orders.ts";

export type VenueRunStatus = "running" | "completed" | "interrupted" | "failed" | "aborted";

/** What the run was, before anything happened. */
export type VenueIdentity = Readonly<{
  schema_version: "venue_run_manifest/1";
  run_id: string;
  meta: Readonly<{ tier: "tier2_full"; contract: "orders/1" }>;
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

/** Through what the venue was spoken to, and which account answered. */
export type VenueInterface = Readonly<{
  exchange_lib: "direct" | "okx_sdk" | "ccxt";
  exchange_id: string;
  env: "okx_demo" | "okx_live";
  venue_address: string;
  symbol_in_use: string;
  connect_check_ok: boolean;
  account_id_hash: string;
  /** Read before the first order and frozen; null where preflight did not get so far. */
  account_mode: Readonly<{
    pos_mode: string;
    margin_mode: "cross" | "isolated";
    account_level: string;
    leverage: string | null;
  }> | null;
  account_mode_reason: string | null;
  auditor_key_is_read_only: boolean | null;
  auditor_key_is_read_only_reason: string | null;
  execution_alignment_lib: string;
  execution_alignment_ok: boolean;
  execution_alignment_report_path: string | null;
  execution_alignment_report_path_reason: string | null;
  execution_raw_samples_path: string | null;
  execution_raw_samples_path_reason: string | null;
  /** Whether the account was ours alone, as promised by whoever started the run. */
  boundary_promises: Readonly<{ exclusive_account: boolean; manual_intervention: boolean }>;
  self_trade_prevention: StpFacts;
}>;

/** seeds/001 5, and which mode. */
export type StpFacts = Readonly<{
  stp_supported: boolean | null;
  stp_supported_reason: string | null;
  stp_enabled: boolean | null;
  stp_enabled_reason: string | null;
  stp_mode: string | null;
  stp_mode_reason: string | null;
  execution_netting_enabled: boolean;
  self_trade_policy: "forbid" | "allow" | "unknown";
  self_trade_detection_capability: "strong" | "weak" | "none";
}>;

/** How it ended. */
export type VenueEndFacts = Readonly<{
  status: VenueRunStatus;
  status_detail: string;
  stop_detected: boolean;
  stop_time: string | null;
  stop_time_reason: string | null;
  stop_reason: string | null;
  stopped_after_tick: number | null;
  stopped_after_tick_reason: string | null;
  ticks: number;
  start_time: string;
  end_time: string | null;
  end_time_reason: string | null;
  truth_profile: TruthProfile;
  positions_quality: "exchange_reported" | "reconstructed_from_fills" | "unreliable" | "unknown";
  impedance_fidelity: "demo_proxy" | "live_calibrated" | "unknown";
  internal_collapse_detected: boolean;
  internal_collapse_reason: "extinction" | "financial" | "both" | null;
  internal_collapse_time: string | null;
  internal_collapse_time_reason: string | null;
  time_to_first_internal_collapse_seconds: number | null;
  time_to_first_internal_collapse_seconds_reason: string | null;
  restart_time_seconds: null;
  restart_time_seconds_reason: string;
  python_version: null;
  python_version_reason: string;
  runtime_is_node: true;
}>;

export type VenueManifest = VenueIdentity &
  VenueBootstrap &
  VenueInterface &
  VenueEndFacts &
  OrderSections &
  HostFacts;

const genomeSource: z.ZodType<GenomeSource> = strictRecord<GenomeSource>({
  snapshot_id: reason,
  sha256: hex64,
  records: positive,
  genes: positive,
  authenticity: oneOf(["proven", "not_measurable"]),
  authenticity_reason: nullable(reason),
});

const identityFields: Fields<VenueIdentity> = {
  schema_version: exactly("venue_run_manifest/1"),
  run_id: anyRunId,
  meta: strictRecord<VenueIdentity["meta"]>({
    tier: exactly("tier2_full"),
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

const bootstrapFields: Fields<VenueBootstrap> = {
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

const interfaceFields: Fields<VenueInterface> = {
  exchange_lib: oneOf(["direct", "okx_sdk", "ccxt"]),
  exchange_id: code,
  env: oneOf(["okx_demo", "okx_live"]),
  venue_address: reason,
  symbol_in_use: recordId,
  connect_check_ok: flag,
  account_id_hash: hex16,
  account_mode: nullable(
    strictRecord<NonNullable<VenueInterface["account_mode"]>>({
      pos_mode: code,
      margin_mode: oneOf(["cross", "isolated"]),
      account_level: code,
      leverage: nullable(decimal),
    }),
  ),
  account_mode_reason: nullable(reason),
  auditor_key_is_read_only: nullable(flag),
  auditor_key_is_read_only_reason: nullable(reason),
  execution_alignment_lib: reason,
  execution_alignment_ok: flag,
  execution_alignment_report_path: nullable(reason),
  execution_alignment_report_path_reason: nullable(reason),
  execution_raw_samples_path: nullable(reason),
  execution_raw_samples_path_reason: nullable(reason),
  boundary_promises: strictRecord<VenueInterface["boundary_promises"]>({
    exclusive_account: flag,
    manual_intervention: flag,
  }),
  self_trade_prevention: reasonedRecord<StpFacts>({
    stp_supported: nullable(flag),
    stp_supported_reason: nullable(reason),
    stp_enabled: nullable(flag),
    stp_enabled_reason: nullable(reason),
    stp_mode: nullable(code),
    stp_mode_reason: nullable(reason),
    execution_netting_enabled: flag,
    self_trade_policy: oneOf(["forbid", "allow", "unknown"]),
    self_trade_detection_capability: oneOf(["strong", "weak", "none"]),
  }),
};

const endFields: Fields<VenueEndFacts> = {
  status: oneOf(["running", "completed", "interrupted", "failed", "aborted"]),
  status_detail: reason,
  stop_detected: flag,
  stop_time: nullable(utcTime),
  stop_time_reason: nullable(reason),
  stop_reason: nullable(reason),
  stopped_after_tick: nullable(count),
  stopped_after_tick_reason: nullable(reason),
  ticks: count,
  start_time: utcTime,
  end_time: nullable(utcTime),
  end_time_reason: nullable(reason),
  truth_profile: truthProfile,
  positions_quality: oneOf([
    "exchange_reported",
    "reconstructed_from_fills",
    "unreliable",
    "unknown",
  ]),
  impedance_fidelity: oneOf(["demo_proxy", "live_calibrated", "unknown"]),
  internal_collapse_detected: flag,
  internal_collapse_reason: nullable(oneOf(["extinction", "financial", "both"])),
  internal_collapse_time: nullable(utcTime),
  internal_collapse_time_reason: nullable(reason),
  time_to_first_internal_collapse_seconds: nullable(finite),
  time_to_first_internal_collapse_seconds_reason: nullable(reason),
  restart_time_seconds: exactly(null),
  restart_time_seconds_reason: reason,
  python_version: exactly(null),
  python_version_reason: reason,
  runtime_is_node: exactly(true),
};

const wholeManifest: z.ZodType<VenueManifest> = strictRecord<VenueManifest>({
  ...identityFields,
  ...bootstrapFields,
  ...interfaceFields,
  ...endFields,
  ...orderSectionFields,
  ...hostFactFields,
});

/** A manifest that its own verifier could not read must never reach the disk. */
export const venueManifest: z.ZodType<VenueManifest> = wholeManifest.superRefine(
  (value, context) => {
    const view = orderManifest.safeParse(value);
    if (view.success) return;
    for (const { message, path } of view.error.issues) {
      context.addIssue({ code: "custom", message, path: [...path] });
    }
  },
);
