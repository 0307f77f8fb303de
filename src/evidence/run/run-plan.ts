import type { WorldConfig } from "#core";
import type { Instrument } from "#market";
import type { JsonRecord } from "../artifacts/fields.ts";
import type { DatasetFacts, RunWindow } from "../artifacts/run-manifest.ts";
import { offlineRunId, type RunPurpose } from "./identity.ts";

/** Everything that makes a run what it is, known before its first tick. */
export type RunPlan = Readonly<{
  seed: number;
  window: RunWindow;
  config: WorldConfig;
  instrument: Instrument;
  dataset: DatasetFacts;
  core_hash: string;
  /** What a variant of an experiment leaves out; a label, null for a plain run. */
  ablation: JsonRecord | null;
  /** Screening where nothing else is said. */
  purpose?: RunPurpose;
}>;

export function runIdOfPlan(plan: RunPlan): string {
  return offlineRunId(plan.purpose ?? "HF", { ...plan, dataset_id: plan.dataset.dataset_id });
}
