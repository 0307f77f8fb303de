import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isoFromMillis } from "#base";
import { runWorld, type WorldConfig } from "#core";
import {
  createRunWriter,
  type DatasetFacts,
  type HostFacts,
  type RunPlan,
  type SealedRun,
} from "#evidence";
import { createSimdKernel } from "#kernel";
import { createBarColumns } from "#market";
import { busyConfig } from "./run-in-memory.ts";
import { type SyntheticMarket, syntheticMarket } from "./synthetic-market.ts";

export type LandedRunSpec = Readonly<{
  market?: SyntheticMarket;
  seed?: number;
  config?: Partial<WorldConfig>;
  behaviors?: boolean;
  stopAfterTick?: number;
  host?: Partial<HostFacts>;
  nowMillis?: () => number;
  /** What the run is for; screening where nothing is said. */
  purpose?: RunPlan["purpose"];
}>;

/** A root of its own that is gone when the scope ends. */
export type TemporaryRoot = Readonly<{ path: string }> & Disposable;

export function temporaryRoot(): TemporaryRoot {
  const path = mkdtempSync(join(tmpdir(), "assay-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Lives a small run on a synthetic market and lands its whole directory under the root. */
export function landRun(root: string, spec: LandedRunSpec = {}): SealedRun {
  const market = spec.market ?? syntheticMarket({ bars: 400, seed: 7, volatility: 90 });
  const plan = planOf(market, spec);
  const nowMillis = spec.nowMillis ?? (() => 1_700_000_000_000);
  const writer = createRunWriter({
    root,
    plan,
    host: { ...hostFacts, ...spec.host },
    clock: { nowMillis },
    behaviors: spec.behaviors ?? false,
  });
  if (!writer.ok) throw new Error(writer.fault.message);
  const outcome = runWorld({
    config: plan.config,
    seed: plan.seed,
    instrument: market.instrument,
    bars: market.bars,
    window: { start_index: 0, end_index_exclusive: plan.window.len },
    kernel: createSimdKernel({ capacity: plan.config.max_agents }),
    listener: writer.value.listen,
    control: {
      stopRequested: () => false,
      stopAfterTick: spec.stopAfterTick ?? null,
      progress: () => undefined,
    },
  });
  const sealed = writer.value.finish(outcome, outcome.end === "stopped" ? "test" : null);
  if (!sealed.ok) throw new Error(sealed.fault.message);
  return sealed.value;
}

export function planOf(market: SyntheticMarket, spec: LandedRunSpec = {}): RunPlan {
  const bars = market.bars.count;
  return {
    seed: spec.seed ?? 1,
    window: {
      name: "all",
      start_index: 0,
      len: bars,
      start_utc: openingOf(market, 0),
      end_utc: openingOf(market, bars - 1),
    },
    config: { ...busyConfig(market, bars), ...spec.config },
    instrument: market.instrument,
    dataset: datasetFacts(market),
    core_hash: "c".repeat(64),
    ablation: null,
    ...(spec.purpose === undefined ? {} : { purpose: spec.purpose }),
  };
}

function openingOf(market: SyntheticMarket, bar: number): string {
  const columns = createBarColumns(1);
  market.bars.read(bar, 1, columns);
  return isoFromMillis(columns.ts_ms[0] ?? 0);
}

function datasetFacts(market: SyntheticMarket): DatasetFacts {
  return {
    dataset_id: "d".repeat(64),
    name: "synthetic",
    bars: market.bars.count,
    interval_ms: market.bars.intervalMs,
    provenance: { source: "random walk of the test support" },
    defects: [],
  };
}

export const hostFacts: HostFacts = {
  package_version: "0.0.0",
  git_commit: null,
  git_commit_reason: "no_git_checkout",
  git_dirty: null,
  git_dirty_reason: "no_git_checkout",
  docker_image: null,
  docker_image_reason: "image_not_named",
  runtime_version: "26.0.0",
  runtime_binary_sha256: null,
  runtime_binary_sha256_reason: "runtime_binary_unreadable",
  lockfile_sha256: null,
  lockfile_sha256_reason: "no_lockfile",
  kernel: { id: "simd", wasm_sha256: "e".repeat(64), wasm_sha256_reason: null },
};
