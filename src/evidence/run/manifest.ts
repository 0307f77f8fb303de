import { canonicalJson, Defect, isoFromMillis, type Json } from "#base";
import { findGenomeSchema } from "#core";
import type { HostFacts, WallFacts } from "../artifacts/manifest-host.ts";
import type {
  IdentityFacts,
  InterfaceFacts,
  KpiFacts,
  RunManifest,
  RunStatus,
  StopFacts,
} from "../artifacts/run-manifest.ts";
import type { SurvivalKpi } from "../artifacts/survival-kpi.ts";
import { configHash } from "./identity.ts";
import { folderOfRun } from "./layout.ts";
import { type RunPlan, runIdOfPlan } from "./run-plan.ts";

/** How an execution went, from the outside. */
export type ExecutionFacts = Readonly<{
  host: HostFacts;
  behaviors_enabled: boolean;
  started_ms: number;
  end: EndFacts | null;
  status: RunStatus;
  status_detail: string;
}>;

/** Known when the run loop has returned. */
export type EndFacts = Readonly<{
  ended_ms: number;
  agent_bars: number;
  kpi: SurvivalKpi;
  stopped: Readonly<{ after_tick: number; reason: string }> | null;
  first_collapse_ms: number | null;
  first_reboot_ms: number | null;
}>;

/** The manifest at any moment of a run: while it runs, what only the end knows is null. */
export function manifestOf(plan: RunPlan, facts: ExecutionFacts): RunManifest {
  return {
    ...identityPart(plan, facts.behaviors_enabled),
    ...stopPart(facts),
    ...interfacePart(plan),
    ...kpiPart(facts.end),
    ...facts.host,
    ...wallPart(facts),
    host_fields: hostFields,
  };
}

/** Keys whose values belong to the machine, the checkout, the kernel chosen or the wall clock. */
export const hostFields: readonly string[] = [
  "package_version",
  "git_commit",
  "git_commit_reason",
  "git_dirty",
  "git_dirty_reason",
  "docker_image",
  "docker_image_reason",
  "runtime_version",
  "runtime_binary_sha256",
  "runtime_binary_sha256_reason",
  "lockfile_sha256",
  "lockfile_sha256_reason",
  "kernel",
  "stop_reason",
  "start_time",
  "end_time",
  "end_time_reason",
  "wall_seconds",
  "wall_seconds_reason",
  "wall_agent_bars_per_second",
  "wall_agent_bars_per_second_reason",
  "wall_time_to_first_internal_collapse_seconds",
  "wall_time_to_first_internal_collapse_seconds_reason",
  "wall_restart_time_seconds",
  "wall_restart_time_seconds_reason",
];

const offline = "offline_run_has_no_exchange";
const notFinished = "run_not_finished";

function identityPart(plan: RunPlan, behaviors_enabled: boolean): IdentityFacts {
  const schema = findGenomeSchema(plan.config.genome_schema_version);
  if (schema === null) throw new Defect(`unknown genome schema in a plan`);
  const run_id = runIdOfPlan(plan);
  return {
    schema_version: "run_manifest/1",
    run_id,
    meta: { tier: isScreening(plan) ? "tier1_hf" : "tier2_full", contract: "run_directory/1" },
    mode: "offline",
    seed: plan.seed,
    window: plan.window,
    ablation: sorted(plan.ablation),
    ablation_reason: plan.ablation === null ? "not_an_ablation" : null,
    config: sorted(plan.config),
    config_hash: configHash(plan.config),
    core_hash: plan.core_hash,
    genome_schema_version: schema.genome_schema_version,
    feature_contract_version: schema.feature_contract_version,
    feature_dimension: schema.feature_dimension,
    dataset: {
      ...plan.dataset,
      provenance: sorted(plan.dataset.provenance),
      defects: sorted(plan.dataset.defects),
    },
    instrument: sorted(plan.instrument),
    results_dir: `${folderOfRun(run_id)}/${run_id}`,
    behaviors_enabled,
  };
}

function isScreening({ purpose = "HF" }: RunPlan): boolean {
  return purpose === "HF";
}

function stopPart({ status, status_detail, end }: ExecutionFacts): StopFacts {
  const stopped = end?.stopped ?? null;
  const reason = stopped !== null ? null : end === null ? notFinished : "not_stopped";
  return {
    status,
    status_detail,
    stopped_after_tick: stopped?.after_tick ?? null,
    stopped_after_tick_reason: reason,
    stop_reason: stopped?.reason ?? null,
  };
}

function interfacePart(plan: RunPlan): InterfaceFacts {
  return {
    python_version: null,
    python_version_reason: "runtime_is_node",
    runtime_is_node: true,
    exchange_lib: null,
    exchange_lib_reason: offline,
    env: "offline",
    symbol_in_use: plan.instrument.id,
    execution_alignment_report_path: null,
    execution_alignment_report_path_reason: offline,
    execution_raw_samples_path: null,
    execution_raw_samples_path_reason: offline,
    m_execution_raw_index_path: null,
    m_execution_raw_index_path_reason: isScreening(plan)
      ? "tier1_keeps_no_raw_execution"
      : "executions_are_made_again_by_replay",
    positions_quality: "simulated",
    impedance_fidelity: "simulated",
    // Every fill is against a recorded bar: agents cannot meet each other in this world.
    self_trade_prevention: {
      stp_supported: null,
      stp_supported_reason: offline,
      stp_enabled: null,
      stp_enabled_reason: offline,
      execution_netting_enabled: false,
      self_trade_policy: "forbid",
      self_trade_detection_capability: "strong",
    },
  };
}

function kpiPart(end: EndFacts | null): KpiFacts {
  const kpi = end?.kpi ?? null;
  const unknown = kpi === null ? notFinished : null;
  return {
    internal_collapse_detected: kpi?.internal_collapse_detected ?? null,
    internal_collapse_detected_reason: unknown,
    internal_collapse_reason: kpi?.internal_collapse_reason ?? null,
    internal_collapse_time: kpi?.internal_collapse_time ?? null,
    internal_collapse_time_reason: unknown ?? kpi?.internal_collapse_time_reason ?? null,
    time_to_first_internal_collapse_seconds: kpi?.time_to_first_internal_collapse_seconds ?? null,
    time_to_first_internal_collapse_seconds_reason:
      unknown ?? kpi?.time_to_first_internal_collapse_seconds_reason ?? null,
    restart_time_seconds: kpi?.restart_time_seconds ?? null,
    restart_time_seconds_reason: unknown ?? kpi?.restart_time_seconds_reason ?? null,
    survival_kpi: kpi,
    survival_kpi_reason: unknown,
  };
}

function wallPart({ started_ms, end }: ExecutionFacts): WallFacts {
  const unknown = end === null ? notFinished : null;
  const seconds = end === null ? null : (end.ended_ms - started_ms) / 1000;
  const collapse = end === null ? null : secondsBetween(started_ms, end.first_collapse_ms);
  const restart =
    end === null || end.first_collapse_ms === null
      ? null
      : secondsBetween(end.first_collapse_ms, end.first_reboot_ms);
  const rate = seconds === null || seconds === 0 || end === null ? null : end.agent_bars / seconds;
  return {
    start_time: isoFromMillis(started_ms),
    end_time: end === null ? null : isoFromMillis(end.ended_ms),
    end_time_reason: unknown,
    wall_seconds: seconds,
    wall_seconds_reason: unknown,
    wall_agent_bars_per_second: rate,
    wall_agent_bars_per_second_reason: rate === null ? (unknown ?? "below_clock_resolution") : null,
    wall_time_to_first_internal_collapse_seconds: collapse,
    wall_time_to_first_internal_collapse_seconds_reason:
      collapse === null ? (unknown ?? "no_collapse") : null,
    wall_restart_time_seconds: restart,
    wall_restart_time_seconds_reason: restart === null ? (unknown ?? "no_reboot") : null,
  };
}

function secondsBetween(from: number, to: number | null): number | null {
  return to === null ? null : (to - from) / 1000;
}

/** Equal values are one text, whatever order their keys were given in. */
function sorted<T>(value: T): T {
  return JSON.parse(canonicalJson(JSON.parse(JSON.stringify(value)) as Json)) as T;
}
