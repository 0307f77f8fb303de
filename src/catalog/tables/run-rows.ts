import type { Columns } from "./columns.ts";

/** One run directory. Null is what its files do not say; they say why, the index does not. */
export type RunRow = Readonly<{
  run_id: string;
  /** Relative to the root, with `/`. */
  directory: string;
  tier: string;
  mode: string | null;
  status: string;
  status_detail: string | null;
  /** 1 when the directory carries its seal. */
  sealed: number;
  dataset_id: string | null;
  dataset_name: string | null;
  instrument: string | null;
  window_name: string | null;
  window_start_index: number | null;
  window_len: number | null;
  window_start_utc: string | null;
  window_end_utc: string | null;
  seed: number | null;
  config_hash: string | null;
  core_hash: string | null;
  genome_schema_version: string | null;
  feature_contract_version: string | null;
  kernel: string | null;
  git_commit: string | null;
  package_version: string | null;
  /** Wall clock, UTC. */
  start_time: string | null;
  end_time: string | null;
  /** How the world ended: window_end, extinction and so on. */
  world_end: string | null;
  ticks: number | null;
  agent_bars: number | null;
  founders: number | null;
  births: number | null;
  deaths: number | null;
  survivors: number | null;
  agents_ever: number | null;
  max_generation: number | null;
  initial_total_micro: number | null;
  current_total_micro: number | null;
  /** Millionths; of the recorded ratio, to the nearest. */
  system_return_ppm: number | null;
  collapse_detected: number | null;
  collapse_reason: string | null;
  collapse_time: string | null;
  manifest_sha256: string;
  /** PASS, FAIL or NOT_MEASURABLE as the verdict file says. */
  verdict: string | null;
  /** `not_verified`, or why the verdict file says nothing; null when it does. */
  verdict_reason: string | null;
  verdict_sha256: string | null;
}>;

export const runColumns: Columns<RunRow> = {
  run_id: "text",
  directory: "text",
  tier: "text",
  mode: "text or null",
  status: "text",
  status_detail: "text or null",
  sealed: "integer",
  dataset_id: "text or null",
  dataset_name: "text or null",
  instrument: "text or null",
  window_name: "text or null",
  window_start_index: "integer or null",
  window_len: "integer or null",
  window_start_utc: "text or null",
  window_end_utc: "text or null",
  seed: "integer or null",
  config_hash: "text or null",
  core_hash: "text or null",
  genome_schema_version: "text or null",
  feature_contract_version: "text or null",
  kernel: "text or null",
  git_commit: "text or null",
  package_version: "text or null",
  start_time: "text or null",
  end_time: "text or null",
  world_end: "text or null",
  ticks: "integer or null",
  agent_bars: "integer or null",
  founders: "integer or null",
  births: "integer or null",
  deaths: "integer or null",
  survivors: "integer or null",
  agents_ever: "integer or null",
  max_generation: "integer or null",
  initial_total_micro: "integer or null",
  current_total_micro: "integer or null",
  system_return_ppm: "integer or null",
  collapse_detected: "integer or null",
  collapse_reason: "text or null",
  collapse_time: "text or null",
  manifest_sha256: "text",
  verdict: "text or null",
  verdict_reason: "text or null",
  verdict_sha256: "text or null",
};

/** Reasons are rows, so that a reason of a newer world needs no new column. */
export type RunDeathRow = Readonly<{ run_id: string; death_reason: string; deaths: number }>;

export const runDeathColumns: Columns<RunDeathRow> = {
  run_id: "text",
  death_reason: "text",
  deaths: "integer",
};
