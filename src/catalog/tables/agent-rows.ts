import type { Columns } from "./columns.ts";

/** One line of a roster: which genome stands behind an agent. */
export type AgentRow = Readonly<{
  run_id: string;
  /** Place in the roster, from 0. */
  roster_row: number;
  agent_id: string;
  agent_id_hash: string;
  gene_id: string;
  weights_sha256: string;
  genome_schema_version: string;
  lineage_id: string | null;
  parent_id: string | null;
  origin: string | null;
  generation: number | null;
  born_tick: number | null;
}>;

export const agentColumns: Columns<AgentRow> = {
  run_id: "text",
  roster_row: "integer",
  agent_id: "text",
  agent_id_hash: "text",
  gene_id: "text",
  weights_sha256: "text",
  genome_schema_version: "text",
  lineage_id: "text or null",
  parent_id: "text or null",
  origin: "text or null",
  generation: "integer or null",
  born_tick: "integer or null",
};

/**
 * How a life ended, from the death and survivor files. A table of its own, so that a file of any
 * length is read once and nothing is held until its agent comes by.
 */
export type AgentEndRow = Readonly<{
  run_id: string;
  /** Place in the death file, then in the survivor file, from 0. */
  end_row: number;
  agent_id_hash: string;
  status: "alive" | "dead";
  death_reason: string | null;
  final_capital_micro: number | null;
  age_ticks: number | null;
}>;

export const agentEndColumns: Columns<AgentEndRow> = {
  run_id: "text",
  end_row: "integer",
  agent_id_hash: "text",
  status: "text",
  death_reason: "text or null",
  final_capital_micro: "integer or null",
  age_ticks: "integer or null",
};
