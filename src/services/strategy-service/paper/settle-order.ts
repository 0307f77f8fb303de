import type { Kysely } from "kysely";
import type { OrderRow, StrategyTables } from "../tables.ts";
import { bookFill, noPosition } from "./ledger.ts";
import { type Match, matchOrder } from "./match-order.ts";
import type { Quote } from "./quotes.ts";

type Db = Kysely<StrategyTables>;

/** The order after it met the quote, with its fill booked. */
export async function settleOrder(
  db: Db,
  startCash: bigint,
  order: OrderRow,
  quote: Quote | null,
): Promise<OrderRow> {
  const limitPrice = order.limit_price === null ? null : BigInt(order.limit_price);
  const { side, type, time_in_force: timeInForce } = order;
  const match: Match = matchOrder({ side, type, limitPrice, timeInForce }, quote);
  switch (match.act) {
    case "rest":
      return order;
    case "reject":
      return { ...order, status: "rejected", reason: match.reason };
    case "fill":
      return fill(db, startCash, order, { price: match.price, quote });
  }
}

async function fill(
  db: Db,
  startCash: bigint,
  order: OrderRow,
  { price, quote }: Readonly<{ price: bigint; quote: Quote | null }>,
): Promise<OrderRow> {
  const { tenant, strategy_id, symbol, side } = order;
  const ledger = await db
    .selectFrom("strategy_service_ledgers")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("strategy_id", "=", strategy_id)
    .executeTakeFirst();
  const held = await db
    .selectFrom("strategy_service_positions")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("strategy_id", "=", strategy_id)
    .where("symbol", "=", symbol)
    .executeTakeFirst();
  const position =
    held === undefined
      ? noPosition
      : {
          quantity: BigInt(held.quantity),
          cost: BigInt(held.cost),
          realised: BigInt(held.realised),
        };
  const cash = ledger === undefined ? startCash : BigInt(ledger.cash);
  const booked = bookFill({ cash, position }, { side, quantity: BigInt(order.quantity), price });
  if (booked.refused !== null) return { ...order, status: "rejected", reason: booked.refused };

  const after = booked.state;
  const started_cash = ledger?.started_cash ?? String(startCash);
  await db
    .insertInto("strategy_service_ledgers")
    .values({ tenant, strategy_id, cash: String(after.cash), started_cash })
    .onConflict((conflict) =>
      conflict.columns(["tenant", "strategy_id"]).doUpdateSet({ cash: String(after.cash) }),
    )
    .execute();
  const row = {
    quantity: String(after.position.quantity),
    cost: String(after.position.cost),
    realised: String(after.position.realised),
  };
  await db
    .insertInto("strategy_service_positions")
    .values({ tenant, strategy_id, symbol, ...row })
    .onConflict((conflict) =>
      conflict.columns(["tenant", "strategy_id", "symbol"]).doUpdateSet(row),
    )
    .execute();
  return {
    ...order,
    status: "filled",
    fill_price: String(price),
    quote_ts_ms: quote?.exchangeTsMs ?? null,
    quote_source: quote?.source ?? null,
  };
}
