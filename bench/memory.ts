import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createSharedControl, runCampaign } from "#lab";
import { must, planShape, type Workload } from "./workload.ts";

/** Peak resident memory of a process that lives one whole run with evidence, in MiB. */
export function peakMemory(workload: Workload): number {
  const child = spawnSync(
    process.execPath,
    [import.meta.filename, workload.root, workload.dataset],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (child.status !== 0) throw new Error(`the memory run ended with ${child.status}`);
  return Number(child.stdout);
}

/** One whole-window season over all bars: the run that holds most, if anything grows with bars. */
export async function measureHere(workload: Workload): Promise<number> {
  const folder = `memory-${process.pid}`;
  const world = {
    seasons: { kind: "whole_window" },
    max_reboots: 1000,
    max_leverage_ppm: 1_000_000,
  };
  const plan = planShape(workload, { folder, seeds: [1], workers: 1, kernel: "simd", world });
  const hooks = { control: createSharedControl(1), onStart: () => {}, onRow: () => {} };
  const [row] = must(await runCampaign(plan, hooks)).rows;
  rmSync(join(workload.root, folder), { recursive: true });
  if (row?.state !== "completed") throw new Error(`the memory run is ${row?.state}`);
  return process.resourceUsage().maxRSS / 1024;
}

if (import.meta.main) {
  const [root = "", dataset = ""] = process.argv.slice(2);
  process.stdout.write(String(await measureHere({ root, dataset })));
}
