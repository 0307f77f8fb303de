import { rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type Verdict, verifyOrders, verifyPool, verifyRun } from "#evidence";
import { createSharedControl, runCampaign } from "#lab";
import { landVenueRun } from "#support";
import { type Installation, install } from "./installation.ts";
import type { Contestant } from "./rounds.ts";
import { must, planShape, type Workload } from "./workload.ts";

/**
 * Names of what is measured; figures are records per second. Each is taken a second time by the
 * processor time of this thread, under `byProcessor`: steadier on a busy machine, and blind to
 * what threads beside it do.
 */
export const rates = {
  run: "a run, all claims and sums",
  sealed: "the same with its seal",
  pool: "a pool, with the runs behind it",
  orders: "order evidence, full tier",
} as const;

export function byProcessor(name: string): string {
  return `${name}, processor time`;
}

/** What is verified, landed once: reading it changes nothing. */
export type Evidence = Readonly<{
  installation: Installation;
  crowd: string;
  signed: string;
  orders: string;
}>;

/** A crowd that is born and dies fast: what a verifier reads is records, not ticks. */
const crowd = {
  review_ticks: 50,
  review_cull_ppm: 200_000,
  max_reboots: 1000,
  split_return_ppm: 5000,
  seasons: { kind: "whole_window" },
};

/** Many who live to the end, because they are what a pool holds. */
const survivors = {
  review_cull_ppm: 0,
  seasons: { kind: "drawn", count: 1, bars: 300 },
};

type Sizes = Readonly<{
  population: number;
  poolSeeds: readonly number[];
  /** Of the venue session: agents, and how often they go through their orders. */
  agents: number;
  rounds: number;
}>;

export async function landEvidence(workload: Workload, sizes: Sizes): Promise<Evidence> {
  const { sealer } = install(join(workload.root, "signed"));
  const { population, agents, rounds } = sizes;
  const alone = { seeds: [1], world: { ...crowd, population } };
  const [unsigned = ""] = await campaign(workload, "crowd", { ...alone, sealer: null });
  const [signed = ""] = await campaign(workload, "signed", { ...alone, sealer });
  const installation = install(join(workload.root, "pool"));
  const pooled = {
    seeds: sizes.poolSeeds,
    world: { ...survivors, population },
    sealer: installation.sealer,
  };
  await campaign(workload, "pool", pooled);
  const orders = join(workload.root, "orders");
  rmSync(orders, { recursive: true, force: true });
  return {
    installation,
    crowd: unsigned,
    signed,
    orders: landVenueRun(orders, { tier: "tier2_full", agents, rounds }),
  };
}

export function rateContestants(evidence: Evidence): readonly Contestant[] {
  const { installation } = evidence;
  const trust = must(installation.sealer.poolTrust());
  return [
    ...contestant(rates.run, () => ofRun(evidence.crowd)),
    ...contestant(rates.sealed, () => ofRun(evidence.signed)),
    ...contestant(rates.pool, () => {
      const options = { trust, integrityOnly: false };
      return must(verifyPool(installation.root, options));
    }),
    ...contestant(rates.orders, () => must(verifyOrders(evidence.orders, {}))),
  ];
}

function ofRun(directory: string): Verdict {
  return must(verifyRun(directory, { root: null }));
}

type Judged = Readonly<{ verdict: string; records_read?: number; records?: number }>;

function contestant(name: string, verify: () => Judged): readonly Contestant[] {
  let byThread = 0;
  return [
    {
      name,
      measure: () => {
        const before = process.threadCpuUsage();
        const start = performance.now();
        const { verdict, records_read, records } = verify();
        const seconds = (performance.now() - start) / 1000;
        const { user, system } = process.threadCpuUsage(before);
        if (verdict !== "PASS") throw new Error(`${name}: ${verdict}`);
        const count = records_read ?? records ?? 0;
        byThread = (count / (user + system)) * 1e6;
        return Promise.resolve(count / seconds);
      },
    },
    { name: byProcessor(name), measure: () => Promise.resolve(byThread) },
  ];
}

type Campaign = Readonly<{
  seeds: readonly number[];
  world: Readonly<Record<string, number | object>>;
  sealer: Installation["sealer"] | null;
}>;

async function campaign(
  workload: Workload,
  folder: string,
  { seeds, world, sealer }: Campaign,
): Promise<readonly string[]> {
  const plan = planShape(workload, { folder, seeds, workers: 1, kernel: "simd", world });
  const hooks = { control: createSharedControl(1), onStart: () => {}, onRow: () => {} };
  const { rows } = must(await runCampaign(plan, { ...hooks, sealer }));
  return rows.flatMap((row) => ("report" in row ? [row.report.directory] : []));
}
