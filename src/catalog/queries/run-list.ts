import type { Expression, ExpressionBuilder, Kysely, SqlBool } from "kysely";
import { type Fault, ok, type Result } from "#base";
import type { CatalogStore } from "../store/store.ts";
import type { RunRow } from "../tables/run-rows.ts";
import type { Tables } from "../tables/tables.ts";

/** Which runs; every part that is given must hold. */
export type RunFilter = Readonly<{
  status?: string;
  /** A name, or at least four first digits of an id. */
  dataset?: string;
  window?: string;
  seeds?: readonly number[];
}>;

/** What runs can be ordered by, in the words of the command line. */
export type RunSortKey =
  | "start"
  | "run"
  | "seed"
  | "return"
  | "survivors"
  | "births"
  | "deaths"
  | "generation"
  | "agent_bars";

export const runSortColumns: Readonly<Record<RunSortKey, keyof RunRow>> = {
  start: "start_time",
  run: "run_id",
  seed: "seed",
  return: "system_return_ppm",
  survivors: "survivors",
  births: "births",
  deaths: "deaths",
  generation: "max_generation",
  agent_bars: "agent_bars",
};

export type RunListRequest = Readonly<{
  filter: RunFilter;
  sort: Readonly<{ key: RunSortKey; order: "asc" | "desc" }>;
  limit: number;
}>;

export type ListedRun = RunRow & Readonly<{ deaths_by_reason: Readonly<Record<string, number>> }>;

export type RunList = Readonly<{
  runs: readonly ListedRun[];
  /** How many match, listed or not. */
  total: number;
}>;

/** Lists runs. What a run does not have comes last in either order; equals stand by run id. */
export function listRuns(
  store: CatalogStore,
  request: RunListRequest,
): Promise<Result<RunList, Fault>> {
  const { filter, sort, limit } = request;
  return store.read(async (db) => {
    const matching = db.selectFrom("runs").where((of) => filterOf(of, filter));
    const { total } = await matching
      .select((of) => of.fn.countAll<number>().as("total"))
      .executeTakeFirstOrThrow();
    const rows = await matching
      .selectAll()
      .orderBy(runSortColumns[sort.key], (by) => by[sort.order]().nullsLast())
      .orderBy("run_id")
      .limit(limit)
      .execute();
    return ok({ runs: await withDeaths(db, rows), total });
  });
}

function filterOf(
  of: ExpressionBuilder<Tables, "runs">,
  { status, dataset, window, seeds }: RunFilter,
): Expression<SqlBool> {
  const parts: Expression<SqlBool>[] = [];
  if (status !== undefined) parts.push(of("status", "=", status));
  if (window !== undefined) parts.push(of("window_name", "=", window));
  if (seeds !== undefined) parts.push(of("seed", "in", seeds));
  if (dataset !== undefined) {
    const named = of("dataset_name", "=", dataset);
    // "g" follows every hex digit, so that an index serves a prefix.
    const ids = of.and([of("dataset_id", ">=", dataset), of("dataset_id", "<", `${dataset}g`)]);
    parts.push(/^[0-9a-f]{4,64}$/.test(dataset) ? of.or([named, ids]) : named);
  }
  return of.and(parts);
}

async function withDeaths(
  db: Kysely<Tables>,
  rows: readonly RunRow[],
): Promise<readonly ListedRun[]> {
  const byRun = new Map<string, Record<string, number>>();
  for (let at = 0; at < rows.length; at += bundle) {
    const ids = rows.slice(at, at + bundle).map(({ run_id }) => run_id);
    const deaths = await db
      .selectFrom("run_deaths")
      .selectAll()
      .where("run_id", "in", ids)
      .orderBy("run_id")
      .orderBy("death_reason")
      .execute();
    for (const { run_id, death_reason, deaths: count } of deaths) {
      const known = byRun.get(run_id) ?? {};
      known[death_reason] = count;
      byRun.set(run_id, known);
    }
  }
  return rows.map((row) => ({ ...row, deaths_by_reason: byRun.get(row.run_id) ?? {} }));
}

/** Ids in one question. */
const bundle = 500;
