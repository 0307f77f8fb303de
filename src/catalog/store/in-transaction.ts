import type { Kysely } from "kysely";
import type { Fault, Result } from "#base";
import type { Tables } from "../tables/tables.ts";
import type { Act } from "./store.ts";

/** A fault takes everything back as an error does. */
export async function inTransaction<T>(db: Kysely<Tables>, act: Act<T>): Promise<Result<T, Fault>> {
  const transaction = await db.startTransaction().execute();
  let result: Result<T, Fault>;
  try {
    result = await act(transaction);
    if (result.ok) await transaction.commit().execute();
  } catch (cause) {
    // The engine may have rolled back already, or be gone: the first error is the one to tell.
    await transaction
      .rollback()
      .execute()
      .catch(() => {});
    throw cause;
  }
  if (!result.ok) await transaction.rollback().execute();
  return result;
}
