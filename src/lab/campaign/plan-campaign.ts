import { createHash } from "node:crypto";
import { canonicalJson, type Fault, ok, type Result } from "#base";
import { checkWorld } from "#core";
import { type Dataset, openDataset } from "#datasets";
import { configHash, type HostFacts, type RunPlan, type RunWindow, runIdOfPlan } from "#evidence";
import { readFrozenCore } from "../host/core-lock.ts";
import type { CheckoutFacts } from "../host/host-facts.ts";
import { kernelFacts } from "../run/kernels.ts";
import type { KernelId, RunJob } from "../run/run-job.ts";
import { datasetFactsOf, highestTicks, resolveWindow } from "./market-facts.ts";
import { type Origin, originsOfWorld, resolveWorld, type WorldSources } from "./resolve-world.ts";

/** A campaign as asked for, every choice made but the ones that need the market. */
export type CampaignRequest = Readonly<{
  root: string;
  name: string | null;
  /** Name, id or prefix of an id. */
  dataset: string;
  /** `NAME:START..END`; null = the whole dataset. */
  window: string | null;
  /** Ascending and distinct. */
  seeds: readonly number[];
  kernel: KernelId;
  behaviors: boolean;
  workers: number;
  world: WorldSources;
}>;

/** A campaign ready to run: nothing is left to be defaulted. */
export type CampaignPlan = Readonly<{
  root: string;
  campaign_id: string;
  name: string | null;
  dataset_name: string;
  /** What all its runs share. */
  common: Omit<RunPlan, "seed">;
  seeds: readonly number[];
  jobs: readonly RunJob[];
  workers: number;
  behaviors: boolean;
  origins: Readonly<Record<string, Origin>>;
}>;

/**
 * Opens the dataset, settles window and world, checks that they fit together and names every run.
 * Nothing is written. Faults: those of the dataset, window_*, config_invalid, core_*.
 */
export function planCampaign(
  request: CampaignRequest,
  checkout: CheckoutFacts,
): Result<CampaignPlan, Fault> {
  const core = readFrozenCore();
  if (!core.ok) return core;
  const opened = openDataset(request.root, request.dataset);
  if (!opened.ok) return opened;
  using dataset = opened.value;
  const common = planMarket(request, dataset, core.value.core_hash);
  if (!common.ok) return common;
  const host = { ...checkout, kernel: kernelFacts(request.kernel) };
  return ok({
    root: request.root,
    campaign_id: campaignId(common.value, request),
    name: request.name,
    dataset_name: common.value.dataset.name,
    common: common.value,
    seeds: request.seeds,
    jobs: request.seeds.map((seed) => jobOf(request, host, { ...common.value, seed })),
    workers: request.workers,
    behaviors: request.behaviors,
    origins: originsOfWorld(common.value.config, request.world),
  });
}

type CommonPlan = CampaignPlan["common"];

function planMarket(
  request: CampaignRequest,
  dataset: Dataset,
  coreHash: string,
): Result<CommonPlan, Fault> {
  const window = resolveWindow(request.window, dataset);
  if (!window.ok) return window;
  const { instrument } = dataset;
  const windowBars = window.value.len;
  const config = resolveWorld(request.world, { instrument, windowBars });
  if (!config.ok) return config;
  const highest = highestTicks(dataset, window.value);
  const fits = checkWorld(config.value, { instrument, highestTicks: highest, windowBars });
  if (!fits.ok) return fits;
  return ok({
    window: window.value,
    config: config.value,
    instrument,
    dataset: datasetFactsOf(dataset),
    core_hash: coreHash,
    ablation: null,
  });
}

function jobOf(request: CampaignRequest, host: HostFacts, plan: RunPlan): RunJob {
  const { root, kernel, behaviors } = request;
  return {
    run_id: runIdOfPlan(plan),
    seed: plan.seed,
    plan,
    host,
    kernel,
    behaviors,
    data_root: root,
    run_root: root,
    stop_after_tick: null,
  };
}

/** `CA_` and 16 hex: equal for campaigns of equal runs, whoever names them or runs them. */
function campaignId(common: CommonPlan, request: CampaignRequest): string {
  const identity = {
    config_hash: configHash(common.config),
    core_hash: common.core_hash,
    dataset_id: common.dataset.dataset_id,
    window: windowIdentity(common.window),
    seeds: request.seeds,
    behaviors: request.behaviors,
  };
  const digest = createHash("sha256").update(canonicalJson(identity)).digest("hex");
  return `CA_${digest.slice(0, 16)}`;
}

function windowIdentity({
  start_index,
  len,
}: RunWindow): Readonly<{ start_index: number; len: number }> {
  return { start_index, len };
}
