import { err, type Fault, ok, type Result } from "#base";
import type { Tables } from "#mesh";
import type { Page } from "../strategies-book.ts";
import type { OrderRow, StrategyTables } from "../tables.ts";

/** Paper orders for reading. */
export type OrdersBook = Readonly<{
  /** By id; of one strategy, or of all when null. */
  list: (
    tenant: string,
    strategyId: string | null,
    page: Page,
  ) => Promise<Result<Readonly<{ rows: readonly OrderRow[]; next: string | null }>, Fault>>;
  /** Fault: order_missing. */
  read: (tenant: string, orderId: string) => Promise<Result<OrderRow, Fault>>;
}>;

export function createOrdersBook(tables: Tables<StrategyTables>): OrdersBook {
  return {
    list: (tenant, strategyId, { after, limit }) =>
      tables.read(async (db) => {
        const all = db
          .selectFrom("strategy_service_orders")
          .selectAll()
          .where("tenant", "=", tenant)
          .where("order_id", ">", after ?? "");
        const wanted = strategyId === null ? all : all.where("strategy_id", "=", strategyId);
        const rows = await wanted
          .orderBy("order_id")
          .limit(limit + 1)
          .execute();
        const page = rows.slice(0, limit);
        return ok({
          rows: page,
          next: rows.length > limit ? (page.at(-1)?.order_id ?? null) : null,
        });
      }),
    read: (tenant, orderId) =>
      tables.read(async (db) => {
        const row = await db
          .selectFrom("strategy_service_orders")
          .selectAll()
          .where("tenant", "=", tenant)
          .where("order_id", "=", orderId)
          .executeTakeFirst();
        if (row !== undefined) return ok(row);
        return err({ code: "order_missing", message: `there is no paper order ${orderId}` });
      }),
  };
}
