import { err, type Fault, type Json, ok, type Result } from "#base";
import type { Tables } from "#mesh";
import type { Told } from "./answer.ts";
import type { ExecutionTables, RequestRow } from "./tables.ts";

/** What is durable of requests: each key is taken once, and has one answer for ever. */
export type RequestBook = Readonly<{
  find: (key: string) => Promise<Result<RequestRow | null, Fault>>;
  /**
   * Takes a key before anything is done for it; with an answer, both at once. Fault: intent_taken
   * (another key has asked for this intent), those of the store.
   */
  take: (row: NewRequest, told: Told | null) => Promise<Result<void, Fault>>;
  answer: (key: string, told: Told, atUtc: string) => Promise<Result<void, Fault>>;
  /** Those of a place that a process before this one left without an answer. */
  unanswered: (place: string) => Promise<Result<readonly RequestRow[], Fault>>;
  /** Writes an act of the agent to its change log. */
  note: (type: string, body: Json) => Promise<Result<void, Fault>>;
}>;

export type NewRequest = Omit<RequestRow, "status" | "answer" | "answered_utc">;

export function createRequestBook(tables: Tables<ExecutionTables>): RequestBook {
  return {
    find: (key) =>
      tables.read(async (db) => {
        const row = await db
          .selectFrom("execution_agent_requests")
          .selectAll()
          .where("idempotency_key", "=", key)
          .executeTakeFirst();
        return ok(row ?? null);
      }),
    take: (request, told) =>
      tables.change(async (db, record) => {
        const taken = await db
          .selectFrom("execution_agent_requests")
          .select("idempotency_key")
          .where("intent_id", "=", request.intent_id)
          .executeTakeFirst();
        if (taken !== undefined) {
          const message = "this intent was decided under another idempotency key";
          return err({ code: "intent_taken", message });
        }
        const row = {
          ...request,
          status: told?.status ?? null,
          answer: told?.answer ?? null,
          answered_utc: told === null ? null : request.taken_utc,
        };
        await db.insertInto("execution_agent_requests").values(row).execute();
        record({ type: `execution_${told?.decision ?? "taken"}`, body: row });
        return ok(undefined);
      }),
    answer: (key, told, atUtc) =>
      tables.change(async (db, record) => {
        await db
          .updateTable("execution_agent_requests")
          .set({ status: told.status, answer: told.answer, answered_utc: atUtc })
          .where("idempotency_key", "=", key)
          .execute();
        const body = { idempotency_key: key, status: told.status, answer: told.answer };
        record({ type: `execution_${told.decision}`, body });
        return ok(undefined);
      }),
    unanswered: (place) =>
      tables.read(async (db) => {
        const rows = db
          .selectFrom("execution_agent_requests")
          .selectAll()
          .where("place", "=", place)
          .where("answer", "is", null);
        return ok(await rows.orderBy("taken_utc").execute());
      }),
    note: (type, body) =>
      tables.change(async (_db, record) => {
        record({ type, body });
        return Promise.resolve(ok(undefined));
      }),
  };
}
