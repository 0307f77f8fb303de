import { chmodSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { err, type Fault, ok, type Result } from "#base";
import { findExistingRun, runPath } from "#evidence";
import type { CampaignPlan } from "./plan-campaign.ts";

/** Faults of findExistingRun that mean: begun and not brought to its end. */
const unfinished: ReadonlySet<string> = new Set(["run_exists_unsealed", "run_exists_incomplete"]);

/**
 * Moves the unfinished records of this campaign's runs to `<root>/incidents/set_aside/<n>`, so that
 * they can be run again; nothing is deleted, and under its own name what is sealed still verifies
 * and replays there. Gives the new places. Fault: set_aside_write_failed.
 */
export function setAsideUnfinished(plan: CampaignPlan): Result<readonly string[], Fault> {
  const moved: string[] = [];
  for (const job of plan.jobs) {
    const found = findExistingRun(plan.root, job.plan);
    if (found.ok || !unfinished.has(found.fault.code)) continue;
    try {
      moved.push(moveAside(plan.root, job.run_id));
    } catch (cause) {
      const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
      const message = `cannot set ${job.run_id} aside: ${code}`;
      return err({ code: "set_aside_write_failed", message, at: runPath(plan.root, job.run_id) });
    }
  }
  return ok(moved);
}

function moveAside(root: string, runId: string): string {
  const from = runPath(root, runId);
  const to = freePlace(join(root, "incidents", "set_aside"), runId);
  mkdirSync(dirname(to), { recursive: true });
  // A directory may be moved only by whoever may write to it, and a seal takes that right away.
  const { mode } = statSync(from);
  chmodSync(from, mode | 0o200);
  renameSync(from, to);
  chmodSync(to, mode);
  return to;
}

function freePlace(folder: string, runId: string): string {
  for (let number = 1; ; number += 1) {
    const place = join(folder, String(number), runId);
    if (!existsSync(place)) return place;
  }
}
