import { canonicalJson, type Json } from "#base";
import type { ExecutionLines } from "#evidence";
import {
  type AlgoRow,
  type Answer,
  algoKinds,
  type Balance,
  type Position,
  type Venue,
} from "#venues";
import { hash16 } from "../landing/agent-names.ts";
import type { Body } from "../landing/journal.ts";
import type { RunSession } from "../run/open-session.ts";

/** The account as the exchange reported it at one moment; null where it did not answer. */
export type AccountSeen = Readonly<{
  atMs: number;
  balance: Balance | null;
  positions: readonly Position[] | null;
  /** Orders and algo orders that rest. */
  openOrders: number | null;
  failed: readonly string[];
  line: number;
}>;

export type LookMoment = ExecutionLines["exchange_snapshots"]["moment"];

/** Reads the account and writes what it said down. Orders are asked for only when they matter. */
export async function lookAtAccount(
  session: RunSession,
  moment: LookMoment,
  tick: number | null,
): Promise<AccountSeen> {
  const { ask, probed, request } = session;
  const { instId } = request.config;
  const { currency } = probed.sizes;
  const calls: string[] = [];
  const failed: string[] = [];
  async function read<T>(
    what: string,
    question: (venue: Venue) => Promise<Answer<T>>,
  ): Promise<T | null> {
    const { answer, callId } = await ask(question);
    calls.push(callId);
    if (answer.ok) return answer.value;
    failed.push(`${what}: ${answer.failure.code}`);
    return null;
  }
  /** Every kind is a question of its own; one that is not answered leaves all unknown. */
  async function readAlgos(): Promise<readonly AlgoRow[] | null> {
    const rows: AlgoRow[] = [];
    for (const kind of algoKinds) {
      const some = await read(`${kind} orders`, (venue) => venue.openAlgoOrders(instId, kind));
      if (some === null) return null;
      rows.push(...some);
    }
    return rows;
  }

  const positions = await read("positions", (venue) => venue.positions(instId));
  const balance = await read("balance", (venue) => venue.balance(currency));
  const wantsOrders = moment !== "tick";
  const orders = wantsOrders
    ? await read("open orders", (venue) => venue.openOrders(instId))
    : null;
  const algoOrders = wantsOrders ? await readAlgos() : null;
  const openOrders =
    orders === null || algoOrders === null ? null : orders.length + algoOrders.length;
  const held = positions?.filter(({ pos }) => /[1-9]/.test(pos)) ?? null;
  const atMs = session.journal.clock.nowMillis();
  const seen = { atMs, balance, positions: held, openOrders, failed };
  const body = snapshotOf(session, { moment, tick, seen, calls, wantsOrders });
  const { line } = session.journal.execution("exchange_snapshots", body);
  return { ...seen, line };
}

type Snapshot = Readonly<{
  moment: LookMoment;
  tick: number | null;
  seen: Omit<AccountSeen, "line">;
  calls: readonly string[];
  wantsOrders: boolean;
}>;

function snapshotOf(
  { request }: RunSession,
  { moment, tick, seen, calls, wantsOrders }: Snapshot,
): Body<ExecutionLines["exchange_snapshots"]> {
  const { balance, positions, openOrders: open } = seen;
  const balances = balance === null ? [] : [balanceRow(balance)];
  const rows = positions?.map(positionRow) ?? null;
  const hashed: Json = { balances, positions: rows, open_orders: open };
  const why = seen.failed.join(", ") || "not_answered";
  return {
    tick,
    tick_reason: tick === null ? "outside_the_ticks" : null,
    moment,
    mode: request.mode,
    inst_id: request.config.instId,
    contract_version: "exchange_snapshot/1",
    exchange_equity: balance?.eq ?? null,
    exchange_equity_reason: balance === null ? why : null,
    exchange_equity_field_used: "details.eq",
    balances_min: balances,
    positions_min: rows,
    positions_min_reason: rows === null ? why : null,
    open_orders_min: open,
    open_orders_min_reason: open === null ? (wantsOrders ? why : "not_asked_in_a_tick") : null,
    snapshot_hash_16: hash16(canonicalJson(hashed)),
    call_ids: calls,
  };
}

function balanceRow({ ccy, eq, cashBal, availEq }: Balance): {
  ccy: string;
  eq: string;
  cash_bal: string;
  avail_eq: string;
} {
  return { ccy, eq, cash_bal: cashBal, avail_eq: availEq };
}

function positionRow(position: Position): {
  inst_id: string;
  pos_side: string;
  pos: string;
  avg_px: string | null;
  mark_px: string | null;
  upl: string | null;
  lever: string | null;
} {
  const known = (text: string): string | null => (text === "" ? null : text);
  return {
    inst_id: position.instId,
    pos_side: position.posSide,
    pos: position.pos,
    avg_px: known(position.avgPx),
    mark_px: known(position.markPx),
    upl: known(position.upl),
    lever: known(position.lever),
  };
}
