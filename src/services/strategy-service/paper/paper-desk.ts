import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import { canonicalJson, Defect, err, type Fault, isoFromMillis, ok, type Result } from "#base";
import type { MeshClock, RecordChange, Tables } from "#mesh";
import type { NewPaperOrder } from "../api/shapes.ts";
import type { OrderRow, StrategyTables } from "../tables.ts";
import { parseAmount } from "./amounts.ts";
import type { Quotes } from "./quotes.ts";
import { settleOrder } from "./settle-order.ts";

type Db = Kysely<StrategyTables>;

export type Placed = Readonly<{ order: OrderRow; repeated: boolean }>;

/** Takes paper orders and fills them against quotes. Nothing here knows a broker. */
export type PaperDesk = Readonly<{
  /** Faults: strategy_missing, strategy_not_paper, idempotency_key_reused. */
  place: (tenant: string, key: string, wanted: NewPaperOrder) => Promise<Result<Placed, Fault>>;
  /** Faults: order_missing, order_ended. */
  cancel: (tenant: string, orderId: string) => Promise<Result<OrderRow, Fault>>;
  /** Looks at the open orders of a symbol again; gives how many of them filled or ended. */
  review: (symbol: string) => Promise<Result<number, Fault>>;
  /** Symbols that somebody waits for. */
  openSymbols: () => Promise<Result<readonly string[], Fault>>;
}>;

export type PaperDeskPorts = Readonly<{
  tables: Tables<StrategyTables>;
  quotes: Quotes;
  clock: MeshClock;
  /** Money that a new ledger begins with. */
  startCash: bigint;
}>;

export function createPaperDesk(ports: PaperDeskPorts): PaperDesk {
  const { tables } = ports;
  return {
    place: (tenant, key, wanted) =>
      tables.change((db, record) => placeOrder({ db, record, ports }, { tenant, key, wanted })),
    cancel: (tenant, orderId) =>
      tables.change((db, record) => cancelOrder({ db, record, ports }, tenant, orderId)),
    review: (symbol) => tables.change((db, record) => reviewOrders({ db, record, ports }, symbol)),
    openSymbols: () =>
      tables.read(async (db) => {
        const open = db.selectFrom("strategy_service_orders").where("status", "=", "open");
        const rows = await open.select("symbol").distinct().execute();
        return ok(rows.map(({ symbol }) => symbol));
      }),
  };
}

/** One transaction at work. */
type Desk = Readonly<{ db: Db; record: RecordChange; ports: PaperDeskPorts }>;

type Wanted = Readonly<{ tenant: string; key: string; wanted: NewPaperOrder }>;

async function placeOrder(
  { db, record, ports }: Desk,
  { tenant, key, wanted }: Wanted,
): Promise<Result<Placed, Fault>> {
  const request_sha256 = digest(canonicalJson(wanted));
  const known = await db
    .selectFrom("strategy_service_orders")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("idempotency_key", "=", key)
    .executeTakeFirst();
  if (known !== undefined) {
    if (known.request_sha256 === request_sha256) return ok({ order: known, repeated: true });
    const message = "this idempotency key placed another order";
    return err({ code: "idempotency_key_reused", message, at: "idempotency-key" });
  }
  const allowed = await checkStrategy(db, tenant, wanted);
  if (!allowed.ok) return allowed;
  const number = await nextNumber(db);
  const identity = { tenant, key, request_sha256, number };
  const order = newOrder(identity, wanted, nowUtc(ports.clock));
  const quote = ports.quotes.fresh(wanted.symbol, ports.clock.nowMs());
  const settled = await settleOrder(db, ports.startCash, order, quote);
  await db.insertInto("strategy_service_orders").values(settled).execute();
  record({ type: "paper_order_placed", body: settled });
  return ok({ order: settled, repeated: false });
}

async function cancelOrder(
  { db, record, ports }: Desk,
  tenant: string,
  orderId: string,
): Promise<Result<OrderRow, Fault>> {
  const known = await db
    .selectFrom("strategy_service_orders")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("order_id", "=", orderId)
    .executeTakeFirst();
  if (known === undefined) {
    return err({ code: "order_missing", message: `there is no paper order ${orderId}` });
  }
  if (known.status === "cancelled") return ok(known);
  if (known.status !== "open") {
    return err({ code: "order_ended", message: `the order is ${known.status}` });
  }
  const ended = { ...known, status: "cancelled", reason: "cancelled_by_caller" } as const;
  return ok(await replace(db, record, { ...ended, updated_utc: nowUtc(ports.clock) }));
}

/** In the order in which they came; without a fresh quote they go on waiting. */
async function reviewOrders(
  { db, record, ports }: Desk,
  symbol: string,
): Promise<Result<number, Fault>> {
  const quote = ports.quotes.fresh(symbol, ports.clock.nowMs());
  if (quote === null) return ok(0);
  const open = await db
    .selectFrom("strategy_service_orders")
    .selectAll()
    .where("status", "=", "open")
    .where("symbol", "=", symbol)
    .orderBy("number")
    .execute();
  let ended = 0;
  for (const order of open) {
    // A strategy that was switched off since fills nothing until it is on again, or is cancelled.
    if (!(await checkStrategy(db, order.tenant, order)).ok) continue;
    const settled = await settleOrder(db, ports.startCash, order, quote);
    if (settled.status === "open") continue;
    await replace(db, record, { ...settled, updated_utc: nowUtc(ports.clock) });
    ended += 1;
  }
  return ok(ended);
}

async function checkStrategy(
  db: Db,
  tenant: string,
  { strategy_id }: Pick<NewPaperOrder, "strategy_id">,
): Promise<Result<void, Fault>> {
  const row = await db
    .selectFrom("strategy_service_strategies")
    .select("document")
    .where("tenant", "=", tenant)
    .where("strategy_id", "=", strategy_id)
    .executeTakeFirst();
  if (row === undefined) {
    return err({ code: "strategy_missing", message: `there is no strategy ${strategy_id}` });
  }
  // Written by the strategies book from a checked draft.
  const { mode, enabled } = JSON.parse(row.document) as { mode: string; enabled: boolean };
  if (mode === "PAPER" && enabled) return ok(undefined);
  const is = enabled ? `in mode ${mode}` : "not enabled";
  const message = `${strategy_id} is ${is}: paper orders take an enabled one in mode PAPER`;
  return err({ code: "strategy_not_paper", message });
}

async function replace(db: Db, record: RecordChange, row: OrderRow): Promise<OrderRow> {
  const { status, reason, fill_price, quote_ts_ms, quote_source, updated_utc } = row;
  await db
    .updateTable("strategy_service_orders")
    .set({ status, reason, fill_price, quote_ts_ms, quote_source, updated_utc })
    .where("tenant", "=", row.tenant)
    .where("order_id", "=", row.order_id)
    .execute();
  record({ type: `paper_order_${status}`, body: row });
  return row;
}

/** Changes of this service wait for each other, so no two orders get one number. */
async function nextNumber(db: Db): Promise<number> {
  const last = await db
    .selectFrom("strategy_service_orders")
    .select("number")
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  return (last?.number ?? 0) + 1;
}

type OrderIdentity = Readonly<{
  tenant: string;
  key: string;
  request_sha256: string;
  number: number;
}>;

function newOrder(
  { tenant, key, request_sha256, number }: OrderIdentity,
  wanted: NewPaperOrder,
  at: string,
): OrderRow {
  return {
    tenant,
    // The key names the order: placing it twice cannot make two.
    order_id: digest(`${tenant}\n${key}`).slice(0, 32),
    number,
    idempotency_key: key,
    request_sha256,
    strategy_id: wanted.strategy_id,
    symbol: wanted.symbol,
    side: wanted.side,
    type: wanted.type,
    quantity: String(amountOf(wanted.quantity)),
    limit_price: wanted.limit_price === null ? null : String(amountOf(wanted.limit_price)),
    time_in_force: wanted.time_in_force,
    status: "open",
    reason: null,
    fill_price: null,
    quote_ts_ms: null,
    quote_source: null,
    created_utc: at,
    updated_utc: at,
  };
}

/** The schema of the request let only amounts through. */
function amountOf(text: string): bigint {
  const amount = parseAmount(text);
  if (!amount.ok) throw new Defect(amount.fault.message);
  return amount.value;
}

function nowUtc(clock: MeshClock): string {
  return isoFromMillis(Math.floor(clock.nowMs()));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
