import { join } from "node:path";
import { verifyRun } from "#evidence";
import { createSharedControl, runCampaign } from "#lab";
import { type Arena, bare } from "./contestants.ts";
import { install } from "./installation.ts";
import { liveBare } from "./kernel-alone.ts";
import type { Contestant } from "./rounds.ts";
import { must, planShape } from "./workload.ts";

/** Names of what is measured; figures are parts of the wall time of the runs themselves. */
export const costs = {
  writing: "writing it, with the run",
  sealing: "seal, signature, log",
  verifying: "verifying, seal and log included",
  together: "sealing and verifying",
} as const;

/** What the last round saw, beside its shares. */
export type CostNotes = { runSeconds: number; records: number; agentBars: number };

/**
 * Lives a campaign, seals it and verifies every run of it with the keys of its root. The first run
 * and its verification warm the threads up and are left out; sealing is divided by the runs.
 */
export function costContestants(
  arena: Arena,
  seeds: readonly number[],
  notes: CostNotes,
): readonly Contestant[] {
  let latest = { writing: 0, sealing: 0, verifying: 0 };
  const figure = (name: string, of: () => number): Contestant => ({
    name,
    measure: () => Promise.resolve(of()),
  });
  return [
    {
      name: costs.writing,
      measure: async () => {
        latest = await measureCost(arena, seeds, notes);
        return latest.writing;
      },
    },
    figure(costs.sealing, () => latest.sealing),
    figure(costs.verifying, () => latest.verifying),
    figure(costs.together, () => latest.sealing + latest.verifying),
  ];
}

async function measureCost(
  arena: Arena,
  seeds: readonly number[],
  notes: CostNotes,
): Promise<Readonly<{ writing: number; sealing: number; verifying: number }>> {
  const { workload, world } = arena;
  const folder = "cost";
  const { root, sealer, trust } = install(join(workload.root, folder));
  const plan = planShape(workload, { folder, seeds, workers: 1, kernel: "simd", world });
  let sealSeconds = 0;
  const timed: typeof sealer = {
    ...sealer,
    sealAll: (runs) => {
      const start = performance.now();
      const sealed = sealer.sealAll(runs);
      sealSeconds += (performance.now() - start) / 1000;
      return sealed;
    },
  };
  const hooks = { control: createSharedControl(1), onStart: () => {}, onRow: () => {} };
  const { rows } = must(await runCampaign(plan, { ...hooks, sealer: timed }));
  const reports = rows.flatMap((row) => ("report" in row ? [row.report] : []));
  if (reports.length !== seeds.length) throw new Error("a run of the benchmark did not complete");

  let runSeconds = 0;
  let worldSeconds = 0;
  let verifySeconds = 0;
  let records = 0;
  let agentBars = 0;
  for (const [index, { directory, wall_seconds, summary, seed }] of reports.entries()) {
    const start = performance.now();
    const verdict = must(verifyRun(directory, { root, trust: trust() }));
    const seconds = (performance.now() - start) / 1000;
    if (verdict.verdict !== "PASS") throw new Error(verdict.reasons.join("; "));
    if (index === 0) continue;
    verifySeconds += seconds;
    runSeconds += wall_seconds;
    worldSeconds += liveBare(bare(arena, "simd", seed)).world_seconds;
    records += verdict.records_read;
    agentBars += summary.agent_bars;
  }
  const runs = reports.length - 1;
  Object.assign(notes, {
    runSeconds: runSeconds / runs,
    records: records / runs,
    agentBars: agentBars / runs,
  });
  return {
    writing: 1 - worldSeconds / runSeconds,
    sealing: (sealSeconds / reports.length) * (runs / runSeconds),
    verifying: verifySeconds / runSeconds,
  };
}
