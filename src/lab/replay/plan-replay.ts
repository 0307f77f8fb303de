import { canonicalJson, err, type Fault, ok, type Result } from "#base";
import { embeddedName, ensureEmbeddedDataset, openDataset } from "#datasets";
import {
  purposeOf,
  type RunManifest,
  type RunPlan,
  readRunManifest,
  runIdOfManifest,
} from "#evidence";
import { readFrozenCore } from "../host/core-lock.ts";

/** A recorded run that can be executed again: what it is, and where its data lies. */
export type ReplayPlan = Readonly<{
  manifest: RunManifest;
  plan: RunPlan;
  data_root: string;
}>;

/** Why a run was not re-executed: it says something impossible, or this place cannot tell. */
type ReplayRefusal = Readonly<{ verdict: "FAIL" | "NOT_MEASURABLE"; fault: Fault }>;

export type ReplayPlanning =
  | Readonly<{ type: "ready"; replay: ReplayPlan }>
  | Readonly<{ type: "refused"; manifest: RunManifest; refusal: ReplayRefusal }>;

export type ReplaySource = Readonly<{
  /** The run directory. */
  directory: string;
  /** Where the dataset is looked for first. */
  root: string;
  /** A writable place of the replay's own. */
  scratch: string;
}>;

/**
 * Reads the manifest and nothing else of the run. Faults: run_file_missing, run_file_invalid (the
 * manifest cannot be read).
 */
export async function planReplay(source: ReplaySource): Promise<Result<ReplayPlanning, Fault>> {
  const read = readRunManifest(source.directory);
  if (!read.ok) return read;
  const manifest = read.value;
  const refusal = refuseManifest(manifest, source.directory);
  if (refusal !== null) return ok({ type: "refused", manifest, refusal });
  const placed = await placeDataset(manifest, source);
  if (!placed.ok) return ok({ type: "refused", manifest, refusal: placed.fault });
  const replay = { manifest, plan: planOf(manifest), data_root: placed.value };
  return ok({ type: "ready", replay });
}

function planOf(manifest: RunManifest): RunPlan {
  const { seed, window, config, instrument, dataset, core_hash, ablation } = manifest;
  const purpose = purposeOf(manifest);
  return { seed, window, config, instrument, dataset, core_hash, ablation, purpose };
}

function refuseManifest(manifest: RunManifest, at: string): ReplayRefusal | null {
  const { status, run_id, core_hash } = manifest;
  if (status !== "completed" && status !== "interrupted") {
    return notMeasurable("run_unfinished", `the record is ${status}: it has no end to compare`, at);
  }
  const madeOf = runIdOfManifest(manifest);
  if (madeOf !== run_id) {
    const message = `the manifest names ${run_id}, but its parts make ${madeOf}`;
    return { verdict: "FAIL", fault: { code: "run_id_differs", message, at } };
  }
  const core = readFrozenCore();
  if (!core.ok) return notMeasurable(core.fault.code, core.fault.message, core.fault.at ?? at);
  if (core.value.core_hash !== core_hash) {
    const message =
      `the run has core ${core_hash}, this checkout has core ${core.value.core_hash}; ` +
      `check out commit ${manifest.git_commit ?? "(not recorded)"} to replay it`;
    return notMeasurable("core_differs", message, at);
  }
  return null;
}

/** The root that holds the dataset; the embedded one is brought to the scratch place. */
async function placeDataset(
  manifest: RunManifest,
  { root, scratch }: ReplaySource,
): Promise<Result<string, ReplayRefusal>> {
  const found = refuseDataset(manifest, root);
  if (found === null) return ok(root);
  if (found.fault.code !== "dataset_missing") return err(found);
  const landed = await ensureEmbeddedDataset(scratch);
  if (landed.ok && refuseDataset(manifest, scratch) === null) return ok(scratch);
  return err(found);
}

/** Null when the dataset under this root is the one the run was made of. */
function refuseDataset(manifest: RunManifest, root: string): ReplayRefusal | null {
  const { dataset, window, instrument } = manifest;
  const opened = openDataset(root, dataset.dataset_id);
  if (!opened.ok) {
    const { code, message } = opened.fault;
    if (code !== "dataset_missing") return notMeasurable(code, message, root);
    return notMeasurable(code, missingText(manifest), root);
  }
  using found = opened.value;
  const last = window.start_index + window.len;
  if (last > found.barCount) {
    const message = `the window ends at bar ${last}, the dataset has ${found.barCount}`;
    return { verdict: "FAIL", fault: { code: "window_outside", message, at: root } };
  }
  if (canonicalJson({ ...found.instrument }) !== canonicalJson({ ...instrument })) {
    const message = "the manifest's instrument is not the dataset's";
    return { verdict: "FAIL", fault: { code: "instrument_differs", message, at: root } };
  }
  return null;
}

function missingText({ dataset }: RunManifest): string {
  const bars = dataset.provenance["bars"];
  const file = bars !== null && typeof bars === "object" && "file" in bars ? bars["file"] : null;
  const how =
    dataset.name === embeddedName
      ? "npm ci brings it"
      : `assay data import ${typeof file === "string" ? file : "FILE"} --root ROOT brings it`;
  return `dataset ${dataset.name} (${dataset.dataset_id}) is not under this root; ${how}`;
}

function notMeasurable(code: string, message: string, at: string): ReplayRefusal {
  return { verdict: "NOT_MEASURABLE", fault: { code, message, at } };
}
