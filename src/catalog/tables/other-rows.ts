import type { Columns } from "./columns.ts";

export type DatasetRow = Readonly<{
  /** The name of its directory: first 16 hex of dataset_id. */
  short_id: string;
  dataset_id: string;
  name: string | null;
  instrument: string | null;
  venue: string | null;
  bar_interval_ms: number | null;
  bars: number | null;
  first_utc: string | null;
  last_utc: string | null;
}>;

export const datasetColumns: Columns<DatasetRow> = {
  short_id: "text",
  dataset_id: "text",
  name: "text or null",
  instrument: "text or null",
  venue: "text or null",
  bar_interval_ms: "integer or null",
  bars: "integer or null",
  first_utc: "text or null",
  last_utc: "text or null",
};

/** The first line of a campaign record. */
export type CampaignRow = Readonly<{
  campaign_id: string;
  /** Of its record, relative to the root. */
  path: string;
  name: string | null;
  created_at: string | null;
  dataset_id: string | null;
  window_name: string | null;
  config_hash: string | null;
  core_hash: string | null;
  seeds: number | null;
}>;

export const campaignColumns: Columns<CampaignRow> = {
  campaign_id: "text",
  path: "text",
  name: "text or null",
  created_at: "text or null",
  dataset_id: "text or null",
  window_name: "text or null",
  config_hash: "text or null",
  core_hash: "text or null",
  seeds: "integer or null",
};

/** A later line of a campaign record: what became of one seed. */
export type CampaignRunRow = Readonly<{
  campaign_id: string;
  /** In the record, from 1. */
  line: number;
  run_id: string;
  seed: number | null;
  status: string | null;
}>;

export const campaignRunColumns: Columns<CampaignRunRow> = {
  campaign_id: "text",
  line: "integer",
  run_id: "text",
  seed: "integer or null",
  status: "text or null",
};

/** A live pool, or one of its snapshots. */
export type PoolRow = Readonly<{
  /** `stage1`, or `stage1/<snapshot>` for a snapshot. */
  pool: string;
  stage: string;
  /** Null for the live pool. */
  snapshot_id: string | null;
  path: string;
  records: number;
  bytes: number;
  sha256: string;
}>;

export const poolColumns: Columns<PoolRow> = {
  pool: "text",
  stage: "text",
  snapshot_id: "text or null",
  path: "text",
  records: "integer",
  bytes: "integer",
  sha256: "text",
};

export type PoolRecordRow = Readonly<{
  pool: string;
  /** In the file, from 1. */
  line: number;
  /** `<run_id>:<agent_id>`. */
  record_id: string;
  run_id: string;
  agent_id: string;
  gene_id: string | null;
}>;

export const poolRecordColumns: Columns<PoolRecordRow> = {
  pool: "text",
  line: "integer",
  record_id: "text",
  run_id: "text",
  agent_id: "text",
  gene_id: "text or null",
};

/** The record of one incident. */
export type IncidentRow = Readonly<{
  incident_id: string;
  /** Of its folder, relative to the root. */
  path: string;
  status: "open" | "closed";
  title: string | null;
  severity: string | null;
  incident_type: string | null;
  opened_at: string | null;
  closed_at: string | null;
  /** The run that it is about, and the run that closed it. */
  run_id: string | null;
  closing_run_id: string | null;
  entries: number;
}>;

export const incidentColumns: Columns<IncidentRow> = {
  incident_id: "text",
  path: "text",
  status: "text",
  title: "text or null",
  severity: "text or null",
  incident_type: "text or null",
  opened_at: "text or null",
  closed_at: "text or null",
  run_id: "text or null",
  closing_run_id: "text or null",
  entries: "integer",
};
