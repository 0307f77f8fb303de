import { type Fault, ok, type Result } from "#base";
import { appendCampaignRecord } from "./campaign-record.ts";
import type { CampaignRow } from "./campaign-row.ts";
import type { CampaignPlan } from "./plan-campaign.ts";

/** What a campaign left behind besides its runs. */
export type LandedCampaign = Readonly<{
  record: string;
  pool: Readonly<{ appended: number; present: number }>;
}>;

/** Campaign record and pool, in seed order, of the runs that are sealed. */
export function landCampaign(
  plan: CampaignPlan,
  rows: readonly CampaignRow[],
): Result<LandedCampaign, Fault> {
  const record = appendCampaignRecord(plan, rows);
  if (!record.ok) return record;
  return ok({ record: record.value, pool: { appended: 0, present: 0 } });
}
