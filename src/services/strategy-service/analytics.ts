import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import type { MeshClock, Tables } from "#mesh";
import type { Analytics } from "./api/shapes.ts";
import { formatAmount, moneyOf } from "./paper/amounts.ts";
import type { Quotes } from "./paper/quotes.ts";
import type { Signals } from "./signals.ts";
import type { PositionRow, StrategyTables } from "./tables.ts";

export type AnalyticsPorts = Readonly<{
  tables: Tables<StrategyTables>;
  quotes: Quotes;
  signals: Signals;
  clock: MeshClock;
  startCash: bigint;
  sinceMs: number;
}>;

/**
 * One strategy's paper account as of now, marked at the bid, where it would sell. A position that
 * has no fresh quote has no mark, and then there is no equity either. Fault: strategy_missing.
 */
export function readAnalytics(
  ports: AnalyticsPorts,
  tenant: string,
  strategyId: string,
): Promise<Result<Analytics, Fault>> {
  const { tables, signals, startCash, sinceMs } = ports;
  return tables.read(async (db) => {
    const strategy = await db
      .selectFrom("strategy_service_strategies")
      .select("strategy_id")
      .where("tenant", "=", tenant)
      .where("strategy_id", "=", strategyId)
      .executeTakeFirst();
    if (strategy === undefined) {
      return err({ code: "strategy_missing", message: `there is no strategy ${strategyId}` });
    }
    const ledger = await db
      .selectFrom("strategy_service_ledgers")
      .selectAll()
      .where("tenant", "=", tenant)
      .where("strategy_id", "=", strategyId)
      .executeTakeFirst();
    const held = await db
      .selectFrom("strategy_service_positions")
      .selectAll()
      .where("tenant", "=", tenant)
      .where("strategy_id", "=", strategyId)
      .orderBy("symbol")
      .execute();
    const counted = await db
      .selectFrom("strategy_service_orders")
      .select(["status", "reason", ({ fn }) => fn.countAll().as("count")])
      .where("tenant", "=", tenant)
      .where("strategy_id", "=", strategyId)
      .groupBy(["status", "reason"])
      .orderBy("status")
      .orderBy("reason")
      .execute();
    const rows = counted.map(({ status, reason, count }) => {
      return { status, reason, count: Number(count) };
    });
    const cash = ledger === undefined ? startCash : BigInt(ledger.cash);
    const started = ledger === undefined ? startCash : BigInt(ledger.started_cash);
    const { proposals, refusals } = signals.of(strategyId);
    return ok({
      strategy_id: strategyId,
      cash: formatAmount(cash),
      started_cash: formatAmount(started),
      ...valueOf(held, cash, ports),
      orders: {
        open: countOf(rows, "open"),
        filled: countOf(rows, "filled"),
        rejected: countOf(rows, "rejected"),
        cancelled: countOf(rows, "cancelled"),
      },
      rejections: Object.fromEntries(
        rows.flatMap(({ status, reason, count }) =>
          status === "rejected" && reason !== null ? [[reason, count]] : [],
        ),
      ),
      signals: { since_utc: isoFromMillis(Math.floor(sinceMs)), proposals, refusals },
    });
  });
}

type Valued = Pick<Analytics, "realised" | "unrealised" | "equity" | "equity_reason" | "positions">;

function valueOf(
  held: readonly PositionRow[],
  cash: bigint,
  { quotes, clock }: AnalyticsPorts,
): Valued {
  let realised = 0n;
  let worth: bigint | null = 0n;
  let cost = 0n;
  const positions = held.map((row) => {
    const quantity = BigInt(row.quantity);
    const mark = quotes.fresh(row.symbol, clock.nowMs())?.bid ?? null;
    const value = quantity === 0n ? 0n : mark === null ? null : moneyOf(quantity, mark, "down");
    realised += BigInt(row.realised);
    cost += BigInt(row.cost);
    worth = worth === null || value === null ? null : worth + value;
    return {
      symbol: row.symbol,
      quantity: formatAmount(quantity),
      cost: formatAmount(BigInt(row.cost)),
      realised: formatAmount(BigInt(row.realised)),
      mark: mark === null ? null : formatAmount(mark),
      unrealised: value === null ? null : formatAmount(value - BigInt(row.cost)),
    };
  });
  const known = worth as bigint | null;
  return {
    realised: formatAmount(realised),
    unrealised: known === null ? null : formatAmount(known - cost),
    equity: known === null ? null : formatAmount(cash + known),
    equity_reason: known === null ? "marketdata_stale" : null,
    positions,
  };
}

function countOf(
  rows: readonly Readonly<{ status: string; count: number }>[],
  status: string,
): number {
  return rows.reduce((sum, row) => (row.status === status ? sum + row.count : sum), 0);
}
