import type { Expression, ExpressionBuilder, Kysely, SqlBool } from "kysely";
import { type Fault, ok, type Result } from "#base";
import type { CatalogStore } from "../store/store.ts";
import type { AgentEndRow, AgentRow } from "../tables/agent-rows.ts";
import type { Tables } from "../tables/tables.ts";

/** Which agents; every part that is given must hold. Hashes may be shortened from the right. */
export type AgentFilter = Readonly<{
  gene_id?: string;
  weights_sha256?: string;
  agent_id_hash?: string;
  lineage_id?: string;
  run_id?: string;
}>;

/** An agent with its genome anchor, what became of it, and its run. */
export type FoundAgent = AgentRow &
  Pick<AgentEndRow, "death_reason" | "final_capital_micro" | "age_ticks"> &
  Readonly<{
    /** `unknown` in a run that did not end: neither its death nor its survival is on record. */
    agent_status: AgentEndRow["status"] | "unknown";
    run_directory: string;
    run_status: string;
    run_sealed: number;
    run_verdict: string | null;
    seed: number | null;
    dataset_name: string | null;
    window_name: string | null;
    run_mode: string | null;
    instrument: string | null;
    /** Live pools and snapshots that hold a record of the agent. */
    pools: readonly string[];
  }>;

export type FoundAgents = Readonly<{
  agents: readonly FoundAgent[];
  /** How many match, listed or not. */
  total: number;
}>;

/** Answers "which genome did this?": agents by run and by their place in its roster. */
export function findAgents(
  store: CatalogStore,
  request: Readonly<{ filter: AgentFilter; limit: number }>,
): Promise<Result<FoundAgents, Fault>> {
  return store.read(async (db) => {
    const { total } = await db
      .selectFrom("agents as agent")
      .where((of) => filterOf(of, request.filter))
      .select((of) => of.fn.countAll<number>().as("total"))
      .executeTakeFirstOrThrow();
    const rows = await agentsWithRuns(db)
      .where((of) => filterOf(of, request.filter))
      .orderBy("agent.run_id")
      .orderBy("agent.roster_row")
      .limit(request.limit)
      .execute();
    const agents: FoundAgent[] = [];
    for (const { agent_status, ...row } of rows) {
      const pools = await poolsOf(db, row);
      agents.push({ ...row, agent_status: agent_status ?? "unknown", pools });
    }
    return ok({ agents, total });
  });
}

function agentsWithRuns(db: Kysely<Tables>) {
  return db
    .selectFrom("agents as agent")
    .innerJoin("runs as run", "run.run_id", "agent.run_id")
    .leftJoin("agent_ends as life", (on) =>
      on
        .onRef("life.run_id", "=", "agent.run_id")
        .onRef("life.agent_id_hash", "=", "agent.agent_id_hash"),
    )
    .selectAll("agent")
    .select([
      "life.status as agent_status",
      "life.death_reason",
      "life.final_capital_micro",
      "life.age_ticks",
      "run.directory as run_directory",
      "run.status as run_status",
      "run.sealed as run_sealed",
      "run.verdict as run_verdict",
      "run.seed",
      "run.dataset_name",
      "run.window_name",
      "run.mode as run_mode",
      "run.instrument",
    ]);
}

function filterOf(
  of: ExpressionBuilder<Tables & Readonly<{ agent: AgentRow }>, "agent">,
  { run_id, lineage_id, ...hashes }: AgentFilter,
): Expression<SqlBool> {
  const parts: Expression<SqlBool>[] = [];
  if (run_id !== undefined) parts.push(of("agent.run_id", "=", run_id));
  if (lineage_id !== undefined) parts.push(of("agent.lineage_id", "=", lineage_id));
  for (const column of ["gene_id", "weights_sha256", "agent_id_hash"] as const) {
    const prefix = hashes[column];
    if (prefix === undefined) continue;
    // "g" follows every hex digit, so that an index serves a prefix.
    parts.push(of(`agent.${column}`, ">=", prefix), of(`agent.${column}`, "<", `${prefix}g`));
  }
  return of.and(parts);
}

async function poolsOf(
  db: Kysely<Tables>,
  { run_id, agent_id }: Pick<AgentRow, "run_id" | "agent_id">,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("pool_records")
    .select("pool")
    .distinct()
    .where("run_id", "=", run_id)
    .where("agent_id", "=", agent_id)
    .orderBy("pool")
    .execute();
  return rows.map(({ pool }) => pool);
}
