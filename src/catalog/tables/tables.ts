import { type AgentEndRow, type AgentRow, agentColumns, agentEndColumns } from "./agent-rows.ts";
import type { TableSpec } from "./columns.ts";
import {
  type CampaignRow,
  type CampaignRunRow,
  campaignColumns,
  campaignRunColumns,
  type DatasetRow,
  datasetColumns,
  type IncidentRow,
  incidentColumns,
  type PoolRecordRow,
  type PoolRow,
  poolColumns,
  poolRecordColumns,
} from "./other-rows.ts";
import { type RunDeathRow, type RunRow, runColumns, runDeathColumns } from "./run-rows.ts";
import { type InfoRow, infoColumns, type SourceRow, sourceColumns } from "./source-rows.ts";

/** Every table of the index, as kysely sees them. */
export type Tables = Readonly<{
  catalog_info: InfoRow;
  sources: SourceRow;
  runs: RunRow;
  run_deaths: RunDeathRow;
  agents: AgentRow;
  agent_ends: AgentEndRow;
  datasets: DatasetRow;
  campaigns: CampaignRow;
  campaign_runs: CampaignRunRow;
  pools: PoolRow;
  pool_records: PoolRecordRow;
  incidents: IncidentRow;
}>;

export type TableName = keyof Tables;

/**
 * Changes with every change of a table, or of what is read into one: an index of another version is
 * rebuilt, not migrated.
 */
export const catalogSchema = 2;

/** In the order of the dump. */
export const tables: { readonly [T in TableName]: TableSpec<Tables[T]> } = {
  catalog_info: { columns: infoColumns, key: ["marker"], indexes: [], owner: null },
  sources: { columns: sourceColumns, key: ["path"], indexes: [["state"]], owner: null },
  runs: {
    columns: runColumns,
    key: ["run_id"],
    indexes: [["dataset_id"], ["start_time"]],
    owner: { kind: "run", column: "run_id" },
  },
  run_deaths: {
    columns: runDeathColumns,
    key: ["run_id", "death_reason"],
    indexes: [],
    owner: { kind: "run", column: "run_id" },
  },
  agents: {
    columns: agentColumns,
    key: ["run_id", "roster_row"],
    indexes: [["gene_id"], ["weights_sha256"], ["agent_id_hash"], ["lineage_id"]],
    owner: { kind: "run", column: "run_id" },
  },
  agent_ends: {
    columns: agentEndColumns,
    key: ["run_id", "end_row"],
    indexes: [["run_id", "agent_id_hash"]],
    owner: { kind: "run", column: "run_id" },
  },
  datasets: {
    columns: datasetColumns,
    key: ["short_id"],
    indexes: [],
    owner: { kind: "dataset", column: "short_id" },
  },
  campaigns: {
    columns: campaignColumns,
    key: ["campaign_id"],
    indexes: [],
    owner: { kind: "campaign", column: "campaign_id" },
  },
  campaign_runs: {
    columns: campaignRunColumns,
    key: ["campaign_id", "line"],
    indexes: [["run_id"]],
    owner: { kind: "campaign", column: "campaign_id" },
  },
  pools: {
    columns: poolColumns,
    key: ["pool"],
    indexes: [],
    owner: { kind: "pool", column: "pool" },
  },
  pool_records: {
    columns: poolRecordColumns,
    key: ["pool", "line"],
    indexes: [["run_id", "agent_id"]],
    owner: { kind: "pool", column: "pool" },
  },
  incidents: {
    columns: incidentColumns,
    key: ["incident_id"],
    indexes: [["run_id"]],
    owner: { kind: "incident", column: "incident_id" },
  },
};

/** Typed `Object.keys`: the list above has exactly the keys of its type. */
export const tableNames: readonly TableName[] = Object.keys(tables) as TableName[];
