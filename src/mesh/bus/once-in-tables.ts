import type { Kysely } from "kysely";
import { type Fault, ok, type Result } from "#base";
import type { TableSpec } from "../store/migration.ts";
import type { RecordChange, Tables } from "../store/store.ts";
import type { DeliveryHandler } from "./bus.ts";
import type { BusEvent } from "./bus-event.ts";

export type OnceInTables<T> = Readonly<{
  tables: Tables<T>;
  /** The table of `seenTable` with the same name. */
  table: string;
  nowMs: () => number;
  /** Does its work in the transaction that keeps the mark. */
  handle: (event: BusEvent, db: Kysely<T>, record: RecordChange) => Promise<Result<void, Fault>>;
}>;

/** For a migration of the service; its name begins with that of the service. */
export function seenTable(name: string): TableSpec {
  return { name, columns: { event_id: "text", seen_ms: "integer" }, key: ["event_id"] };
}

/** An event is not delivered again after this time. */
const rememberedMs = 30 * 86_400_000;

/** How many events pass between two looks for marks that are too old. */
const sweepEvery = 1000;

/**
 * Handles each event_id exactly once, through any crash: work and mark are one transaction. A
 * fault of the handler leaves neither, and the event is tried again.
 */
export function onceInTables<T>(options: OnceInTables<T>): DeliveryHandler {
  const { tables, table, nowMs, handle } = options;
  let handled = 0;
  return async ({ event, ack, nak }) => {
    const changed = await tables.change<void>(async (db, record) => {
      const marks = marksOf(db);
      const mark = { event_id: event.event_id, seen_ms: nowMs() };
      const inserted = await marks
        .insertInto(table)
        .values(mark)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return ok(undefined);
      handled += 1;
      if (handled % sweepEvery === 0) {
        const oldest = nowMs() - rememberedMs;
        await marks.deleteFrom(table).where("seen_ms", "<", oldest).execute();
      }
      return handle(event, db, record);
    });
    if (changed.ok) ack();
    else nak(undefined, `${changed.fault.code}: ${changed.fault.message}`);
  };
}

type Marks = Readonly<Record<string, Readonly<{ event_id: string; seen_ms: number }>>>;

function marksOf<T>(db: Kysely<T>): Kysely<Marks> {
  // A Kysely knows its tables by type alone, and the service says where its marks are.
  return db as unknown as Kysely<Marks>;
}
