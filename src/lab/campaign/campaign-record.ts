import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { canonicalJson, err, type Fault, isoFromMillis, type Json, ok, type Result } from "#base";
import { configHash } from "#evidence";
import { wallClock } from "../run/wall-clock.ts";
import type { CampaignRow } from "./campaign-row.ts";
import type { CampaignPlan } from "./plan-campaign.ts";

/** Where the record of a campaign lies: one JSON line for the campaign, then one for each run. */
export function campaignRecordPath(root: string, campaignId: string): string {
  return join(root, "campaigns", `${campaignId}.jsonl`);
}

/**
 * Appends what the record does not have yet: a line whose id is there stays as it was written. A
 * half line of a process that died goes first. Gives the path. Fault: campaign_write_failed.
 */
export function appendCampaignRecord(
  plan: CampaignPlan,
  rows: readonly CampaignRow[],
): Result<string, Fault> {
  const path = campaignRecordPath(plan.root, plan.campaign_id);
  const lines = [campaignLine(plan), ...rows.flatMap(runLine)];
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, "a+", 0o644);
    try {
      const known = keepWholeLines(file);
      const fresh = lines.filter(({ id }) => !known.has(id)).map((line) => canonicalJson(line));
      if (fresh.length > 0) writeWhole(file, `${fresh.join("\n")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return ok(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const message = `cannot write the campaign record: ${code}; the runs are whole, run it again`;
    return err({ code: "campaign_write_failed", message, at: path });
  }
}

type RecordLine = Readonly<{ id: string; [key: string]: Json }>;

function campaignLine(plan: CampaignPlan): RecordLine {
  const { common } = plan;
  return {
    schema_version: "campaign/1",
    type: "campaign",
    id: plan.campaign_id,
    name: plan.name,
    created_at: isoFromMillis(wallClock.nowMillis()),
    mode: "offline",
    dataset_id: common.dataset.dataset_id,
    dataset_name: common.dataset.name,
    instrument_id: common.instrument.id,
    window: { ...common.window },
    seeds: plan.seeds,
    behaviors_enabled: plan.behaviors,
    core_hash: common.core_hash,
    config_hash: configHash(common.config),
    config: { ...common.config, seasons: { ...common.config.seasons } },
    config_origins: plan.origins,
  };
}

/** A seed that was not started here has no line: it has no run of this campaign. */
function runLine(row: CampaignRow): readonly RecordLine[] {
  const { seed, run_id } = row;
  const head = { type: "run", seed, run_id };
  switch (row.state) {
    case "not_started":
    case "at_work_elsewhere":
      return [];
    case "aborted":
      return [{ ...head, id: `${run_id}:aborted`, status: "aborted", reason: row.fault.code }];
    case "already_present":
    case "completed":
    case "interrupted": {
      const { status, summary, seal_sha256 } = row.report;
      const { ticks, end, births, deaths, alive_agents, system_return } = summary;
      const facts = { ticks, end, births, deaths, alive_agents, system_return, seal_sha256 };
      return [{ ...head, id: `${run_id}:${status}`, status, ...facts }];
    }
  }
}

/** Cuts a torn last line and gives the ids of the lines that stay. */
function keepWholeLines(file: number): ReadonlySet<string> {
  const text = readFileSync(file, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole));
  return new Set(whole.split("\n").flatMap((line) => /"id":"([^"]+)"/.exec(line)?.[1] ?? []));
}

/** A failed append is taken back, so that no half line stays. */
function writeWhole(file: number, text: string): void {
  const before = fstatSync(file).size;
  const bytes = Buffer.from(text, "utf8");
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } catch (cause) {
    ftruncateSync(file, before);
    throw cause;
  }
}
