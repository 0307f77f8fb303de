import { type Fault, isoFromMillis, ok, type Result } from "#base";
import type { RecordChange, Store, Tables } from "#mesh";
import type { SourceRow } from "../trade/raw-trade.ts";
import { type DefectTable, type LedgerTables, ledgerMigrations } from "./tables.ts";
import { idsOf, type Judged, judgeRows, type Origin, type TakenIn, takeIn } from "./take-in.ts";
import { firstWatermark, takeBatch, type Watermark } from "./watermark.ts";

/** A disclosure that waits to be published. */
export type Unpublished = Readonly<{ disclosureId: string; number: number; body: string }>;

export type DisclosureQuery = Readonly<{
  ticker: string | null;
  /** Disclosed on this day or later. */
  since: string | null;
  limit: number;
}>;

export type LedgerTotals = Readonly<{
  disclosures: number;
  unpublished: number;
  defects: Readonly<Record<string, number>>;
}>;

/**
 * What is known of disclosures, kept so that a process may end at any moment: a batch of rows and
 * the watermark behind it are one transaction. Faults are those of the store.
 */
export type Ledger = Readonly<{
  watermark: (source: string) => Promise<Result<Watermark, Fault>>;
  watermarks: () => Promise<Result<readonly Watermark[], Fault>>;
  /** Keeps a watermark between batches: at the begin and the end of a poll. */
  keep: (mark: Watermark) => Promise<Result<void, Fault>>;
  /** Takes in rows, and gives the watermark behind them. */
  take: (mark: Watermark, rows: readonly SourceRow[]) => Promise<Result<Taken, Fault>>;
  /** The oldest that were never published, in order. */
  unpublished: (limit: number) => Promise<Result<readonly Unpublished[], Fault>>;
  markPublished: (disclosureIds: readonly string[]) => Promise<Result<void, Fault>>;
  /** Latest disclosed first. */
  disclosures: (query: DisclosureQuery) => Promise<Result<readonly string[], Fault>>;
  defects: (code: string | null, limit: number) => Promise<Result<readonly DefectTable[], Fault>>;
  totals: () => Promise<Result<LedgerTotals, Fault>>;
}>;

export type Taken = Readonly<{ mark: Watermark; added: TakenIn }>;

export async function openLedger(
  store: Store,
  nowMs: () => number,
): Promise<Result<Ledger, Fault>> {
  const opened = await store.open<LedgerTables>(ledgerMigrations);
  if (!opened.ok) return opened;
  const tables = opened.value;
  const nowUtc = (): string => isoFromMillis(Math.floor(nowMs()));
  return ok({
    watermark: (source) => readWatermark(tables, source),
    watermarks: () => readWatermarks(tables),
    keep: (mark) => {
      return tables.change(async (db, record) => {
        record({ type: "watermark_moved", body: { ...mark } });
        return putWatermark(db, mark, nowUtc());
      });
    },
    take: (mark, rows) => takeRows(tables, mark, { rows, nowUtc: nowUtc() }),
    unpublished: (limit) => readUnpublished(tables, limit),
    markPublished: (ids) => markPublished(tables, ids, nowUtc()),
    disclosures: (query) => readDisclosures(tables, query),
    defects: (code, limit) => readDefects(tables, code, limit),
    totals: () => readTotals(tables),
  });
}

type Db = Parameters<Parameters<Tables<LedgerTables>["read"]>[0]>[0];

async function takeRows(
  tables: Tables<LedgerTables>,
  mark: Watermark,
  { rows, nowUtc }: Readonly<{ rows: readonly SourceRow[]; nowUtc: string }>,
): Promise<Result<Taken, Fault>> {
  const judged = judgeRows(rows, nowUtc);
  return tables.change(async (db, record) => {
    const known = await readOrigins(db, idsOf(judged));
    const firstNumber = (await lastNumber(db)) + 1;
    const added = takeIn(judged, known, { firstNumber, nowUtc });
    const next = takeBatch(mark, added.outcome);
    if (added.disclosures.length > 0) {
      await db
        .insertInto("congressional_ingest_disclosures")
        .values([...added.disclosures])
        .execute();
    }
    if (added.defects.length > 0) {
      await db
        .insertInto("congressional_ingest_defects")
        .values([...added.defects])
        .onConflict((conflict) => conflict.column("defect_id").doNothing())
        .execute();
    }
    recordBatch(record, added, judged);
    const kept = await putWatermark(db, next, nowUtc);
    return kept.ok ? ok({ mark: next, added }) : kept;
  });
}

/** The ids are digests of the trades, so the log says what was added without repeating it. */
function recordBatch(record: RecordChange, added: TakenIn, judged: readonly Judged[]): void {
  const first = judged[0]?.row.place;
  record({
    type: "rows_taken_in",
    body: {
      source: first?.source ?? null,
      source_sha256: first?.sha256 ?? null,
      first_row: first?.row ?? null,
      last_row: added.outcome.lastRow,
      disclosures: added.disclosures.map(({ disclosure_id }) => disclosure_id),
      defects: added.defects.map(({ defect_id }) => defect_id),
      counts: { ...added.outcome.counts },
    },
  });
}

async function readOrigins(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Origin>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("congressional_ingest_disclosures")
    .select(["disclosure_id", "source_sha256", "source_row"])
    .where("disclosure_id", "in", [...ids])
    .execute();
  return new Map(
    rows.map(({ disclosure_id, source_sha256, source_row }) => {
      return [disclosure_id, { sha256: source_sha256, row: source_row }];
    }),
  );
}

async function lastNumber(db: Db): Promise<number> {
  const last = await db
    .selectFrom("congressional_ingest_disclosures")
    .select((eb) => eb.fn.max("number").as("last"))
    .executeTakeFirst();
  return Number(last?.last ?? 0);
}

async function putWatermark(db: Db, mark: Watermark, nowUtc: string): Promise<Result<void, Fault>> {
  const { source, counts } = mark;
  const rest = {
    last_row: mark.row,
    complete: mark.complete ? 1 : 0,
    disclosed_through: mark.disclosedThrough,
    pending_through: mark.pendingThrough,
    disclosed: counts.disclosed,
    known: counts.known,
    refused: counts.refused,
    updated_at: nowUtc,
  };
  await db
    .insertInto("congressional_ingest_watermarks")
    .values({ source, ...rest })
    .onConflict((conflict) => conflict.column("source").doUpdateSet(rest))
    .execute();
  return ok(undefined);
}

async function readWatermark(
  tables: Tables<LedgerTables>,
  source: string,
): Promise<Result<Watermark, Fault>> {
  const all = await readWatermarks(tables);
  if (!all.ok) return all;
  return ok(all.value.find((mark) => mark.source === source) ?? firstWatermark(source));
}

function readWatermarks(
  tables: Tables<LedgerTables>,
): Promise<Result<readonly Watermark[], Fault>> {
  return tables.read(async (db) => {
    const rows = await db
      .selectFrom("congressional_ingest_watermarks")
      .selectAll()
      .orderBy("source")
      .execute();
    return ok(
      rows.map((row) => ({
        source: row.source,
        row: row.last_row,
        complete: row.complete === 1,
        disclosedThrough: row.disclosed_through,
        pendingThrough: row.pending_through,
        counts: { disclosed: row.disclosed, known: row.known, refused: row.refused },
      })),
    );
  });
}

function readUnpublished(
  tables: Tables<LedgerTables>,
  limit: number,
): Promise<Result<readonly Unpublished[], Fault>> {
  return tables.read(async (db) => {
    const rows = await db
      .selectFrom("congressional_ingest_disclosures")
      .select(["disclosure_id", "number", "body"])
      .where("published_at", "is", null)
      .orderBy("number")
      .limit(limit)
      .execute();
    return ok(
      rows.map(({ disclosure_id, number, body }) => {
        return { disclosureId: disclosure_id, number, body };
      }),
    );
  });
}

function markPublished(
  tables: Tables<LedgerTables>,
  ids: readonly string[],
  nowUtc: string,
): Promise<Result<void, Fault>> {
  return tables.change(async (db, record) => {
    await db
      .updateTable("congressional_ingest_disclosures")
      .set({ published_at: nowUtc })
      .where("disclosure_id", "in", [...ids])
      .where("published_at", "is", null)
      .execute();
    record({ type: "disclosures_published", body: { disclosures: [...ids] } });
    return ok(undefined);
  });
}

function readDisclosures(
  tables: Tables<LedgerTables>,
  { ticker, since, limit }: DisclosureQuery,
): Promise<Result<readonly string[], Fault>> {
  return tables.read(async (db) => {
    let query = db.selectFrom("congressional_ingest_disclosures").select("body");
    if (ticker !== null) query = query.where("ticker", "=", ticker);
    if (since !== null) query = query.where("disclosure_date", ">=", since);
    const rows = await query
      .orderBy("disclosure_date", "desc")
      .orderBy("number", "desc")
      .limit(limit)
      .execute();
    return ok(rows.map(({ body }) => body));
  });
}

function readDefects(
  tables: Tables<LedgerTables>,
  code: string | null,
  limit: number,
): Promise<Result<readonly DefectTable[], Fault>> {
  return tables.read(async (db) => {
    let query = db.selectFrom("congressional_ingest_defects").selectAll();
    if (code !== null) query = query.where("code", "=", code);
    const order = query.orderBy("source").orderBy("source_row").orderBy("code");
    return ok(await order.limit(limit).execute());
  });
}

function readTotals(tables: Tables<LedgerTables>): Promise<Result<LedgerTotals, Fault>> {
  return tables.read(async (db) => {
    const all = await db
      .selectFrom("congressional_ingest_disclosures")
      .select((eb) => [eb.fn.countAll().as("all"), eb.fn.count("published_at").as("published")])
      .executeTakeFirst();
    const byCode = await db
      .selectFrom("congressional_ingest_defects")
      .select((eb) => ["code", eb.fn.countAll().as("count")])
      .groupBy("code")
      .orderBy("code")
      .execute();
    const disclosures = Number(all?.all ?? 0);
    return ok({
      disclosures,
      unpublished: disclosures - Number(all?.published ?? 0),
      defects: Object.fromEntries(byCode.map(({ code, count }) => [code, Number(count)])),
    });
  });
}
