import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Defect, type Fault, formatDecimal, type Result } from "#base";
import {
  type Dataset,
  defaultBarColumns,
  importDataset,
  openDataset,
  parseBarColumns,
} from "#datasets";
import { type CampaignPlan, type KernelId, planCampaign, readCheckoutFacts } from "#lab";
import { createBarColumns, findInstrument } from "#market";
import { syntheticMarket } from "#support";

/** A market on disk and the campaigns that are run on it. */
export type Workload = Readonly<{
  /** Where the dataset lies; campaigns land elsewhere under it. */
  root: string;
  dataset: string;
}>;

export type CampaignShape = Readonly<{
  /** Folder of the campaign's own under the workload's root. */
  folder: string;
  seeds: readonly number[];
  workers: number;
  kernel: KernelId;
  world: Readonly<Record<string, number | object>>;
}>;

/**
 * A random walk with the dirt of a real market, imported like any file: what is measured reads
 * bars the way every run does.
 */
export async function makeWorkload(root: string, bars: number): Promise<Workload> {
  const { bars: source, instrument } = syntheticMarket({ bars, seed: 1, fundingEvery: 0 });
  const columns = createBarColumns(bars);
  source.read(0, bars, columns);
  const lines = ["ts_ms,open,high,low,close,volume"];
  for (let row = 0; row < bars; row += 1) {
    const price = (ticks: number | undefined): string => formatDecimal(ticks ?? 0, 1);
    const { ts_ms, open, high, low, close, volume } = columns;
    const prices = [open, high, low, close].map((column) => price(column[row]));
    lines.push([ts_ms[row], ...prices, formatDecimal(volume[row] ?? 0, 4)].join(","));
  }
  const path = join(root, `walk-${bars}.csv`);
  writeFileSync(path, `${lines.join("\n")}\n`);
  const name = `walk-${bars}`;
  must(
    await importDataset({
      root,
      path,
      columns: must(parseBarColumns(defaultBarColumns)),
      instrument: findInstrument(instrument.id) ?? instrument,
      intervalMs: 900_000,
      stamp: "start",
      allow: new Set(),
      name,
      funding: null,
      source: "bench/workload.ts",
      licence: null,
      fetched: null,
    }),
  );
  return { root, dataset: name };
}

export function openWorkload({ root, dataset }: Workload): Dataset {
  return must(openDataset(root, dataset));
}

/** A campaign whose runs land in a folder of their own, so that none is there already. */
export function planShape(workload: Workload, shape: CampaignShape): CampaignPlan {
  const { folder, seeds, workers, kernel, world } = shape;
  const plan = must(
    planCampaign(
      {
        root: workload.root,
        name: null,
        dataset: workload.dataset,
        window: null,
        seeds,
        kernel,
        behaviors: false,
        workers,
        world: { file: {}, flags: JSON.parse(JSON.stringify(world)) as Record<string, number> },
      },
      checkout,
    ),
  );
  const root = join(workload.root, folder);
  return { ...plan, root, jobs: plan.jobs.map((job) => ({ ...job, run_root: root })) };
}

const checkout = readCheckoutFacts(null);

/** A benchmark has no use for a fault: what it stands on is broken. */
export function must<T>(result: Result<T, Fault>): T {
  if (result.ok) return result.value;
  throw new Defect(`${result.fault.code}: ${result.fault.message}`);
}
