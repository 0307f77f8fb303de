import { join } from "node:path";
import { type Fault, ok, type Result } from "#base";
import { appendRunsToPool, type PoolAppend, type RunSealer, sumsFileName } from "#evidence";
import { fileSha256 } from "../host/file-digest.ts";
import { appendCampaignRecord } from "./campaign-record.ts";
import type { CampaignRow } from "./campaign-row.ts";
import type { CampaignPlan } from "./plan-campaign.ts";

/** What a campaign left behind besides its runs. */
export type LandedCampaign = Readonly<{
  /** Path of the campaign's record. */
  record: string;
  pool: PoolAppend;
  /** Null when the runs stay unsigned. */
  signed: SignedRuns | null;
}>;

export type SignedRuns = Readonly<{
  system: string;
  /** Runs whose seal was made now, and those that had it already. */
  sealed: number;
  present: number;
}>;

/**
 * In seed order: complete runs are signed and entered in the installation's log, then the
 * campaign's record, then the pool. What a campaign that died before left out is done by the next
 * one of the same runs. An interrupted run is not signed: when it is run again it is another
 * record under the same id, and the log knows an id once.
 */
export function landCampaign(
  plan: CampaignPlan,
  rows: readonly CampaignRow[],
  sealer: RunSealer | null,
): Result<LandedCampaign, Fault> {
  const complete = rows.flatMap(completeDirectory);
  const signed = sealer === null ? ok(null) : signRuns(sealer, rows);
  if (!signed.ok) return signed;
  const record = appendCampaignRecord(plan, signed.value === null ? rows : rows.map(withOwnSeal));
  if (!record.ok) return record;
  // An empty pool would only raise the question what is missing from it.
  const nothing = ok({ appended: 0, present: 0 });
  const pool = complete.length === 0 ? nothing : appendToPool(plan.root, complete, sealer);
  return pool.ok ? ok({ record: record.value, pool: pool.value, signed: signed.value }) : pool;
}

/** The pool is signed as it then is, where the installation has a key for pools. */
function appendToPool(
  root: string,
  directories: readonly string[],
  sealer: RunSealer | null,
): Result<PoolAppend, Fault> {
  if (sealer === null) return appendRunsToPool(root, directories);
  const trust = sealer.poolTrust();
  return trust.ok ? appendRunsToPool(root, directories, trust.value) : trust;
}

function signRuns(sealer: RunSealer, rows: readonly CampaignRow[]): Result<SignedRuns, Fault> {
  const runs = rows.flatMap((row) =>
    completeDirectory(row).map((directory) => {
      // A run of this campaign was heard to land; of one that was there nobody knows how it came.
      return { directory, runId: row.run_id, areRecordsDurable: row.state === "completed" };
    }),
  );
  const results = sealer.sealAll(runs);
  if (!results.ok) return results;
  const sealed = results.value.filter(({ isNew }) => isNew).length;
  return ok({ system: sealer.system, sealed, present: results.value.length - sealed });
}

/** Signing replaces SHA256SUMS, which lists the files of the seal from then on. */
function withOwnSeal(row: CampaignRow): CampaignRow {
  if (!("report" in row)) return row;
  const seal_sha256 = fileSha256(join(row.report.directory, sumsFileName));
  return { ...row, report: { ...row.report, seal_sha256 } };
}

function completeDirectory(row: CampaignRow): readonly string[] {
  const isComplete = row.state === "completed" || row.state === "already_present";
  return isComplete ? [row.report.directory] : [];
}
