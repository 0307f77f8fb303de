import { type Fault, ok, type Result } from "#base";
import { appendRunsToPool, type PoolAppend } from "#evidence";
import { appendCampaignRecord } from "./campaign-record.ts";
import type { CampaignRow } from "./campaign-row.ts";
import type { CampaignPlan } from "./plan-campaign.ts";

/** What a campaign left behind besides its runs. */
export type LandedCampaign = Readonly<{
  /** Path of the campaign's record. */
  record: string;
  pool: PoolAppend;
}>;

/**
 * The campaign's record, then the pool: in seed order, of runs that are sealed and complete. What
 * a campaign that died before left out is appended by the next one of the same runs.
 */
export function landCampaign(
  plan: CampaignPlan,
  rows: readonly CampaignRow[],
): Result<LandedCampaign, Fault> {
  const record = appendCampaignRecord(plan, rows);
  if (!record.ok) return record;
  const complete = rows.flatMap(completeDirectory);
  // An empty pool would only raise the question what is missing from it.
  const nothing = ok({ appended: 0, present: 0 });
  const pool = complete.length === 0 ? nothing : appendRunsToPool(plan.root, complete);
  return pool.ok ? ok({ record: record.value, pool: pool.value }) : pool;
}

function completeDirectory(row: CampaignRow): readonly string[] {
  const isComplete = row.state === "completed" || row.state === "already_present";
  return isComplete ? [row.report.directory] : [];
}
