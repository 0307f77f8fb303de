import { hash } from "node:crypto";
import { canonicalJson, type Json } from "#base";
import type { WorldConfig } from "#core";

/** What a run is a function of: equal parts, equal pure files. */
export type RunParts = Readonly<{
  config: WorldConfig;
  dataset_id: string;
  window: Readonly<{ start_index: number; len: number }>;
  seed: number;
  core_hash: string;
}>;

/** sha256 of the canonical JSON of the configuration, 64 hex. */
export function configHash(config: WorldConfig): string {
  return sha256(canonicalJson(toJson(config)));
}

/** What a run is for: screening is tier 1, promotion and audit are the full tier. */
export type RunPurpose = "HF" | "PROMOTE" | "AUDIT";

/**
 * `HF_` and 16 hex of sha256 over the canonical JSON of {config_hash, core_hash, dataset_id, seed,
 * window: {len, start_index}}. The window's name is a label and changes nothing.
 */
export function tierOneRunId(parts: RunParts): string {
  return offlineRunId("HF", parts);
}

/** The same for a run of any purpose: its prefix says which, and the rest what it is made of. */
export function offlineRunId(purpose: RunPurpose, parts: RunParts): string {
  const { dataset_id, seed, core_hash, window } = parts;
  const identity = {
    config_hash: configHash(parts.config),
    core_hash,
    dataset_id,
    seed,
    window: { start_index: window.start_index, len: window.len },
  };
  return `${purpose}_${sha256(canonicalJson(identity)).slice(0, 16)}`;
}

export function sha256(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}

/** Configurations are plain numbers, texts and records; their type only lacks an index. */
function toJson(config: WorldConfig): Json {
  return { ...config, seasons: { ...config.seasons } };
}
