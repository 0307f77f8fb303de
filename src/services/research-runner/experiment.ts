import { createHash } from "node:crypto";
import { join } from "node:path";
import { canonicalJson, err, type Fault, isoFromMillis, type Json, ok, type Result } from "#base";
import { embeddedName, ensureEmbeddedDataset } from "#datasets";
import {
  nodeFileSystem as fs,
  keysPlace,
  makeDirectories,
  openRunSealer,
  type RunSealer,
  writeDocument,
} from "#evidence";
import {
  type CampaignOutcome,
  type CampaignPlan,
  type CampaignProgress,
  createSharedControl,
  firstSeeds,
  planCampaign,
  readCampaignFile,
  readCheckoutFacts,
  readStopSwitch,
  requestStop,
  runCampaign,
} from "#lab";
import { type ExperimentOutcome, type ExperimentReport, reportText } from "./report.ts";

export type ExperimentOptions = Readonly<{
  root: string;
  /** The most workers that the request gets, whatever it asks for. */
  workers: number;
  keys: string | null;
  nowMs: () => number;
}>;

export type ExperimentHooks = Readonly<{
  /** Aborted: the runs stop at a tick boundary and leave records that replay. */
  signal: AbortSignal;
  /** Called once when the workers start; the function reads the live numbers. */
  onStart: (plan: CampaignPlan, progress: () => CampaignProgress) => void;
  onRow: (seed: number, state: string) => void;
}>;

/**
 * Runs one experiment: the request is recorded before anything starts, and the report after its
 * evidence has landed. A request that cannot be run is a report too, of outcome `refused`; faults
 * are those of recording alone.
 */
export async function runExperiment(
  text: string,
  options: ExperimentOptions,
  hooks: ExperimentHooks,
): Promise<Result<ExperimentReport, Fault>> {
  const started = options.nowMs();
  const request_sha256 = createHash("sha256").update(text).digest("hex");
  const experiment_id = `EX_${compact(started)}_${request_sha256.slice(0, 12)}`;
  const folder = join(options.root, "audit_artifacts", "research", experiment_id);
  const made = makeDirectories(fs, folder);
  if (!made.ok) return made;
  const requestPath = join(folder, "request.json");
  const recorded = writeDocument(fs, requestPath, Buffer.from(text));
  if (!recorded.ok) return recorded;

  const outcome = await attempt(requestPath, options, hooks);
  const report: ExperimentReport = {
    ...{ schema: "assay.research/1", experiment_id, request_sha256 },
    started_utc: isoFromMillis(started),
    ended_utc: isoFromMillis(options.nowMs()),
    ...outcome,
  };
  const landed = writeDocument(fs, join(folder, "report.json"), Buffer.from(reportText(report)));
  return landed.ok ? ok(report) : landed;
}

async function attempt(
  requestPath: string,
  options: ExperimentOptions,
  hooks: ExperimentHooks,
): Promise<ExperimentOutcome> {
  const planned = await plan(requestPath, options);
  if (!planned.ok) return refused(planned.fault);
  const { campaign, sealer } = planned.value;
  const control = createSharedControl(campaign.workers);
  const stop = (): void => requestStop(control, "terminate");
  hooks.signal.addEventListener("abort", stop, { once: true });
  if (hooks.signal.aborted) stop();
  const run = await runCampaign(campaign, {
    ...{ control, sealer },
    onStart: (progress) => hooks.onStart(campaign, progress),
    onRow: ({ seed, state }) => hooks.onRow(seed, state),
  });
  hooks.signal.removeEventListener("abort", stop);
  return run.ok ? outcomeOf(campaign, run.value) : refused(run.fault);
}

/** Everything that can be wrong with a request is found before anything is run. */
async function plan(
  requestPath: string,
  { root, workers, keys, nowMs }: ExperimentOptions,
): Promise<Result<Readonly<{ campaign: CampaignPlan; sealer: RunSealer | null }>, Fault>> {
  const allowed = readStopSwitch(root);
  if (!allowed.ok) return allowed;
  const file = readCampaignFile(requestPath);
  if (!file.ok) return file;
  const { dataset = embeddedName, seeds = 8 } = file.value;
  if (dataset === embeddedName) {
    const landed = await ensureEmbeddedDataset(root);
    if (!landed.ok) return landed;
  }
  const listed = typeof seeds === "number" ? firstSeeds(seeds) : [...new Set(seeds)];
  const campaign = planCampaign(
    {
      ...{ root, dataset, name: file.value.name ?? null, window: file.value.window ?? null },
      seeds: listed.toSorted((left, right) => left - right),
      kernel: file.value.kernel ?? "simd",
      behaviors: file.value.behaviors ?? false,
      workers: Math.min(workers, file.value.workers ?? workers),
      world: { file: file.value.world ?? {}, flags: {} },
    },
    readCheckoutFacts(null),
  );
  if (!campaign.ok) return campaign;
  const sealer = keys === null ? ok(null) : openSealer(keys, root, nowMs);
  return sealer.ok ? ok({ campaign: campaign.value, sealer: sealer.value }) : sealer;
}

function openSealer(
  keys: string,
  root: string,
  nowMs: () => number,
): Result<RunSealer | null, Fault> {
  const place = keysPlace(keys, root);
  if (!place.ok) return place;
  const sealer = openRunSealer(place.value, root, { nowMillis: nowMs });
  if (!sealer.ok || sealer.value !== null) return sealer;
  const message = "there are no keys to sign with; unset ASSAY_RESEARCH_KEYS for unsigned runs";
  return err({ code: "keys_missing", message, at: keys });
}

function outcomeOf(campaign: CampaignPlan, run: CampaignOutcome): ExperimentOutcome {
  const { landed, stop } = run;
  const rows = run.rows.map(({ seed, run_id, state }) => ({ seed, run_id, state }));
  const common = {
    campaign_id: campaign.campaign_id,
    dataset_id: campaign.common.dataset.dataset_id,
    rows,
    wall_seconds: run.wall_seconds,
    signed: landed.ok && landed.value.signed !== null,
  };
  if (!landed.ok) return { ...common, outcome: "failed", ...reasonOf(landed.fault) };
  for (const row of run.rows) {
    if (row.state !== "aborted" && row.state !== "at_work_elsewhere") continue;
    return { ...common, outcome: "failed", ...reasonOf(row.fault) };
  }
  const isWhole = rows.every(({ state }) => state === "completed" || state === "already_present");
  if (isWhole) return { ...common, outcome: "done", reason_code: null, message: null };
  const message = "stopped at a tick boundary; the same request runs what is missing";
  return { ...common, outcome: "stopped", reason_code: stop ?? "interrupt", message };
}

function refused(fault: Fault): ExperimentOutcome {
  return {
    ...{ outcome: "refused", campaign_id: null, dataset_id: null, rows: [] },
    ...{ wall_seconds: 0, signed: false, ...reasonOf(fault) },
  };
}

function reasonOf({ code, message }: Fault): Readonly<{ reason_code: string; message: string }> {
  return { reason_code: code, message };
}

/** `20240301T143000.000Z`: sorts, and fits a file name. */
function compact(ms: number): string {
  return isoFromMillis(ms).replaceAll(/[-:]/g, "");
}

/** A request that came as a value rather than as a file. */
export function requestText(value: Json): string {
  return `${canonicalJson(value)}\n`;
}
