import type { OrderManifest, RunMode, RunTier } from "../../artifacts/orders/order-manifest.ts";
import { runFileNames } from "../../run/file-names.ts";
import type { OrderArtifact } from "./records.ts";

/** What a run of one tier and mode must be called, where it must lie and what it must hold. */
export type OrderContract = Readonly<{
  tier: RunTier;
  mode: RunMode;
  /** Folder under the installation's root: tiers never share one. */
  folder: "runs_hf" | "runs";
  prefixes: readonly string[];
  /** Artifacts of recorded order evidence that must be there. */
  artifacts: readonly OrderArtifact[];
  /** Other files that must be there; what they say is for other claims. */
  files: readonly string[];
  /** Whether raw samples under raw/ belong to it. */
  rawSamples: boolean;
  /** Fields of the manifest that must be known, or null beside a reason. */
  manifestFields: readonly string[];
}>;

/** The contract of this run; an audit that was declared brings its files with it. */
export function contractOf(manifest: OrderManifest): OrderContract {
  const { mode } = manifest;
  const { tier } = manifest.meta;
  const venue = mode !== "offline";
  const full = tier === "tier2_full";
  return {
    tier,
    mode,
    folder: full ? "runs" : "runs_hf",
    prefixes: full ? ["PROMOTE_", "AUDIT_"] : ["HF_"],
    artifacts: [
      ...(venue ? executionArtifacts : []),
      ...(venue && manifest.audit_scope !== null ? auditArtifacts : []),
      ...(venue && full ? rawArtifacts : []),
    ],
    files: venue ? venueFiles : offlineFiles,
    rawSamples: venue && !full,
    manifestFields: [...commonFields, ...(full ? (venue ? fullFields : offlineFullFields) : [])],
  };
}

/** Folders whose own sums answer for them, so that retention may take what lies there. */
export function detachedFoldersOf(manifest: OrderManifest): readonly string[] {
  return contractOf(manifest).rawSamples ? [rawFolder] : [];
}

/** Where raw samples lie; retention deletes here and nowhere else. */
export const rawFolder = "raw";

/** Written while the run lives at a venue. */
const executionArtifacts: readonly OrderArtifact[] = [
  "startup_preflight",
  "agent_roster",
  "genomes_snapshot",
  "birth_events",
  "death_events",
  "decision_trace",
  "order_attempts",
  "exchange_api_calls",
  "reconciliation_freeze_events",
  "order_status_samples",
  "ledger_ticks",
  "errors",
  "gating_telemetry",
  "execution_fingerprint",
  "multiple_experiments_summary",
  "evidence_ref_index",
];

/** Written by the auditor after the run. */
const auditArtifacts: readonly OrderArtifact[] = [
  "auditor_report",
  "paging_traces",
  "orders_history",
  "fills",
  "bills",
  "auditor_discrepancies",
];

/** What a full tier keeps besides. */
const rawArtifacts: readonly OrderArtifact[] = [
  "positions_snapshot",
  "m_execution_raw",
  "positions_reconstruction_raw",
];

/** Read before anything else, because it says what the rest has to be. */
const venueFiles: readonly string[] = [runFileNames.run_manifest];

const offlineFiles: readonly string[] = Object.values(runFileNames);

/** seeds/001 5 and 7.1. */
const commonFields: readonly string[] = [
  "git_commit",
  "docker_image",
  "python_version",
  "mode",
  "window",
  "ablation",
  "config_hash",
  "results_dir",
  "start_time",
  "end_time",
  "positions_quality",
  "impedance_fidelity",
  "self_trade_prevention",
  "exchange_lib",
  "env",
  "symbol_in_use",
  "internal_collapse_detected",
  "time_to_first_internal_collapse_seconds",
  "restart_time_seconds",
];

/** seeds/001 5.1 B. */
const fullFields: readonly string[] = [
  "m_execution_raw_index_path",
  "m_execution_raw_index_hash",
  "positions_reconstruction_raw_index_path",
  "positions_reconstruction_raw_index_hash",
  "execution_alignment_report_path",
  "execution_raw_samples_path",
];

/** Of those, what a manifest of a simulated world has; its executions are made again by replay. */
const offlineFullFields: readonly string[] = [
  "m_execution_raw_index_path",
  "execution_alignment_report_path",
  "execution_raw_samples_path",
];

/** Claims about orders say nothing about a run that sent none. */
export function withoutVenue(mode: RunMode): string | null {
  return mode === "offline" ? "no_order_leaves_an_offline_run" : null;
}
