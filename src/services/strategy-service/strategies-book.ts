import type { Kysely } from "kysely";
import { canonicalJson, err, type Fault, isoFromMillis, type Json, ok, type Result } from "#base";
import type { MeshClock, Tables } from "#mesh";
import type { StrategyAnswer, StrategyDraft } from "./api/shapes.ts";
import type { StrategyRow, StrategyTables } from "./tables.ts";

type Db = Kysely<StrategyTables>;

/** The strategies of all tenants, with optimistic versions. */
export type StrategiesBook = Readonly<{
  list: (tenant: string, page: Page) => Promise<Result<Listed, Fault>>;
  /** Fault: strategy_missing. */
  read: (tenant: string, id: string) => Promise<Result<StrategyAnswer, Fault>>;
  /** Fault: strategy_exists. */
  create: (
    tenant: string,
    id: string,
    draft: StrategyDraft,
  ) => Promise<Result<StrategyAnswer, Fault>>;
  /** Faults: strategy_missing, version_conflict. */
  update: (
    tenant: string,
    id: string,
    change: Readonly<{ version: number; draft: StrategyDraft }>,
  ) => Promise<Result<StrategyAnswer, Fault>>;
  /** Faults: strategy_missing, version_conflict, strategy_has_open_orders. */
  remove: (tenant: string, id: string, version: number) => Promise<Result<void, Fault>>;
}>;

/** Rows after this key, at most `limit`. */
export type Page = Readonly<{ after: string | null; limit: number }>;

export function createStrategiesBook(
  tables: Tables<StrategyTables>,
  clock: MeshClock,
): StrategiesBook {
  const nowUtc = (): string => isoFromMillis(Math.floor(clock.nowMs()));
  return {
    list: (tenant, page) => tables.read((db) => listRows(db, tenant, page)),
    read: (tenant, id) =>
      tables.read(async (db) => {
        const row = await find(db, tenant, id);
        return row === undefined ? err(missing(id)) : ok(answerOf(row));
      }),
    create: (tenant, id, draft) =>
      tables.change(async (db, record) => {
        if ((await find(db, tenant, id)) !== undefined) {
          return err({ code: "strategy_exists", message: `there is a strategy ${id} already` });
        }
        const at = nowUtc();
        const times = { created_utc: at, updated_utc: at };
        const document = textOf(draft);
        const row: StrategyRow = { tenant, strategy_id: id, version: 1, document, ...times };
        await db.insertInto("strategy_service_strategies").values(row).execute();
        record({ type: "strategy_created", body: row });
        return ok(answerOf(row));
      }),
    update: (tenant, id, { version, draft }) =>
      tables.change(async (db, record) => {
        const known = await findAt(db, { tenant, id, version });
        if (!known.ok) return known;
        const change = { version: version + 1, document: textOf(draft), updated_utc: nowUtc() };
        await db
          .updateTable("strategy_service_strategies")
          .set(change)
          .where("tenant", "=", tenant)
          .where("strategy_id", "=", id)
          .execute();
        const row = { ...known.value, ...change };
        record({ type: "strategy_updated", body: row });
        return ok(answerOf(row));
      }),
    remove: (tenant, id, version) =>
      tables.change(async (db, record) => {
        const known = await findAt(db, { tenant, id, version });
        if (!known.ok) return known;
        if (await hasOpenOrders(db, tenant, id)) {
          const message = `${id} has open paper orders: cancel them first`;
          return err({ code: "strategy_has_open_orders", message });
        }
        await db
          .deleteFrom("strategy_service_strategies")
          .where("tenant", "=", tenant)
          .where("strategy_id", "=", id)
          .execute();
        record({ type: "strategy_deleted", body: known.value });
        return ok(undefined);
      }),
  };
}

type Listed = Readonly<{ rows: readonly StrategyAnswer[]; next: string | null }>;

async function listRows(
  db: Db,
  tenant: string,
  { after, limit }: Page,
): Promise<Result<Listed, Fault>> {
  const own = db
    .selectFrom("strategy_service_strategies")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("strategy_id", ">", after ?? "")
    .orderBy("strategy_id")
    .limit(limit + 1);
  const rows = await own.execute();
  const page = rows.slice(0, limit);
  const next = rows.length > limit ? (page.at(-1)?.strategy_id ?? null) : null;
  return ok({ rows: page.map(answerOf), next });
}

type Meant = Readonly<{ tenant: string; id: string; version: number }>;

/** The row that the caller means, at the version that it knows. */
async function findAt(db: Db, { tenant, id, version }: Meant): Promise<Result<StrategyRow, Fault>> {
  const known = await find(db, tenant, id);
  if (known === undefined) return err(missing(id));
  return known.version === version ? ok(known) : err(conflict(id, known.version, version));
}

async function hasOpenOrders(db: Db, tenant: string, id: string): Promise<boolean> {
  const open = await db
    .selectFrom("strategy_service_orders")
    .select("order_id")
    .where("tenant", "=", tenant)
    .where("strategy_id", "=", id)
    .where("status", "=", "open")
    .limit(1)
    .executeTakeFirst();
  return open !== undefined;
}

function find(db: Db, tenant: string, id: string): Promise<StrategyRow | undefined> {
  return db
    .selectFrom("strategy_service_strategies")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("strategy_id", "=", id)
    .executeTakeFirst();
}

function textOf(draft: StrategyDraft): string {
  const { name, description, kind, symbols, mode, enabled, config } = draft;
  const document: Json = { name, description, kind, symbols, mode, enabled, config };
  return canonicalJson(document);
}

function answerOf(row: StrategyRow): StrategyAnswer {
  // Written by textOf from a checked draft.
  const draft = JSON.parse(row.document) as StrategyDraft;
  const { strategy_id, version, created_utc, updated_utc } = row;
  return { strategy_id, version, ...draft, created_utc, updated_utc };
}

function missing(id: string): Fault {
  return { code: "strategy_missing", message: `there is no strategy ${id}` };
}

function conflict(id: string, is: number, meant: number): Fault {
  const message = `${id} is at version ${is}, not ${meant}: read it again`;
  return { code: "version_conflict", message };
}
