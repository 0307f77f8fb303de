import { rmSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { runPath } from "#evidence";
import {
  createSharedControl,
  type KernelId,
  type ReplayVerdict,
  type RunReport,
  replayRun,
  runCampaign,
} from "#lab";
import { type BareRun, type BareSpec, liveBare } from "./kernel-alone.ts";
import type { Contestant } from "./rounds.ts";
import { must, planShape, type Workload } from "./workload.ts";

export type Arena = Readonly<{
  workload: Workload;
  world: Readonly<Record<string, number | object>>;
}>;

/** Names of what is measured; figures are agent-bars per second. */
export const names = {
  reference: "reference kernel",
  simd: "simd kernel",
  world: "simd kernel, features, life and death",
  simdTwice: "simd kernel on two threads",
  run: "whole run with evidence, warm thread",
  one: "campaign of 8 seeds, one worker",
  two: "campaign of 8 seeds, two workers",
  alone: "one run in a new thread",
  replay: "its replay in a new thread",
} as const;

const eightSeeds = [1, 2, 3, 4, 5, 6, 7, 8];

export function contestants(arena: Arena): readonly Contestant[] {
  const latest: { bare: BareRun | null; reports: readonly RunReport[] } = {
    bare: null,
    reports: [],
  };
  return [
    {
      name: names.reference,
      measure: () => Promise.resolve(kernelRate(liveBare(bare(arena, "reference", 1)))),
    },
    {
      name: names.simd,
      measure: () => {
        latest.bare = liveBare(bare(arena, "simd", 1));
        return Promise.resolve(kernelRate(latest.bare));
      },
    },
    {
      name: names.world,
      // The same life as the line before, by the outer clock.
      measure: () => Promise.resolve(rateOf(latest.bare, latest.bare?.world_seconds ?? 1)),
    },
    { name: names.simdTwice, measure: () => twoThreads(arena) },
    {
      name: names.one,
      measure: async () => {
        const { reports, seconds } = await campaign(arena, eightSeeds, 1);
        latest.reports = reports;
        return barsOf(reports) / seconds;
      },
    },
    {
      name: names.run,
      // The same campaign without its first run, which warmed the thread up.
      measure: () => {
        const warm = latest.reports.slice(1);
        const seconds = warm.reduce((sum, { wall_seconds }) => sum + wall_seconds, 0);
        return Promise.resolve(barsOf(warm) / seconds);
      },
    },
    {
      name: names.two,
      measure: async () => {
        const { reports, seconds } = await campaign(arena, eightSeeds, 2);
        return barsOf(reports) / seconds;
      },
    },
    {
      name: names.alone,
      measure: async () => {
        const { reports, seconds } = await campaign(arena, [1], 1);
        return barsOf(reports) / seconds;
      },
    },
    { name: names.replay, measure: () => replay(arena) },
  ];
}

export function bare({ workload, world }: Arena, kernel: KernelId, seed: number): BareSpec {
  return { workload, world, kernel, seed };
}

function kernelRate(run: BareRun): number {
  return rateOf(run, run.kernel_seconds);
}

function rateOf(run: BareRun | null, seconds: number): number {
  return (run?.agent_bars ?? 0) / seconds;
}

function barsOf(reports: readonly RunReport[]): number {
  return reports.reduce((sum, { summary }) => sum + summary.agent_bars, 0);
}

/** Two threads live two seeds at once; the rates of both kernels add up. */
async function twoThreads(arena: Arena): Promise<number> {
  const runs = await Promise.all([1, 2].map((seed) => liveOnThread(bare(arena, "simd", seed))));
  return runs.reduce((sum, run) => sum + kernelRate(run), 0);
}

/** The second life of the thread counts: the first one compiles. */
function liveOnThread(spec: BareSpec): Promise<BareRun> {
  const thread = new Worker(new URL("./bare-worker.ts", import.meta.url));
  let lives = 0;
  return new Promise((resolve, reject) => {
    thread.on("error", reject);
    thread.on("message", (run: BareRun) => {
      lives += 1;
      if (lives < 2) thread.postMessage(spec);
      else {
        thread.postMessage(null);
        resolve(run);
      }
    });
    thread.postMessage(spec);
  });
}

type Landed = Readonly<{ reports: readonly RunReport[]; seconds: number }>;

async function campaign(arena: Arena, seeds: readonly number[], workers: number): Promise<Landed> {
  const folder = "campaign";
  const path = join(arena.workload.root, folder);
  rmSync(path, { recursive: true, force: true });
  const shape = { folder, seeds, workers, kernel: "simd", world: arena.world } as const;
  const plan = planShape(arena.workload, shape);
  const control = createSharedControl(workers);
  const start = performance.now();
  const ended = must(await runCampaign(plan, { control, onStart: () => {}, onRow: () => {} }));
  const seconds = (performance.now() - start) / 1000;
  const reports = ended.rows.flatMap((row) => ("report" in row ? [row.report] : []));
  if (reports.length !== seeds.length) throw new Error("a run of the benchmark did not complete");
  return { reports, seconds };
}

function firstRun({ workload, world }: Arena): Readonly<{ directory: string }> {
  const shape = { folder: "campaign", seeds: [1], workers: 1, kernel: "simd", world } as const;
  const [job] = planShape(workload, shape).jobs;
  return { directory: runPath(join(workload.root, "campaign"), job?.run_id ?? "") };
}

/** Replays the run that the contestant before it landed; the time includes the comparison. */
async function replay(arena: Arena): Promise<number> {
  const { workload } = arena;
  const { directory } = firstRun(arena);
  const scratch = join(workload.root, "scratch");
  const control = createSharedControl(1);
  const start = performance.now();
  const source = { directory, root: workload.root, scratch };
  const verdict: ReplayVerdict = must(await replayRun(source, { kernel: "simd", control }));
  const seconds = (performance.now() - start) / 1000;
  rmSync(scratch, { recursive: true, force: true });
  if (verdict.verdict !== "PASS") throw new Error(`the replay says ${verdict.verdict}`);
  return verdict.agent_bars / seconds;
}
