import { err, type Fault, millisFromIso, ok, type Result } from "#base";
import type { ExecutionLines } from "#evidence";
import type { Broker, Position, PositionSide } from "#venues";
import { type Flattened, flattenAccount } from "../flatten/flatten-account.ts";
import { landPreflight } from "../landing/land-preflight.ts";
import type { AccountSeen } from "../loop/account-look.ts";
import type { RunSession } from "../run/open-session.ts";
import type { LeftRecords } from "./left-records.ts";

type Snapshot = ExecutionLines["exchange_snapshots"];

/** The account as the dead run found it before its flatten; null: it never looked, or in vain. */
export function recordedStart(
  { config }: RunSession["request"],
  left: LeftRecords,
): AccountSeen | null {
  const snapshot = left.snapshots.find(({ moment }) => moment === "before_flatten");
  const isKnown = snapshot !== undefined && snapshot.positions_min !== null;
  return isKnown ? seenOf(snapshot, config.marginMode) : null;
}

/** The flatten as startup_preflight.json tells it. */
export function recordedFlatten(
  { request }: RunSession,
  left: LeftRecords,
  preflight: NonNullable<LeftRecords["preflight"]>,
): Flattened {
  const { before, after, preflight_status: status, preflight_errors: errors } = preflight;
  const start = recordedStart(request, left);
  const ended = millisFromIso(preflight.end_time);
  const nothing = { balance: null, positions: [], openOrders: null, failed: [], line: 0, atMs: 0 };
  const found = (before.positions_count ?? 0) > 0;
  const rested = (before.open_orders_count ?? 0) > 0;
  return {
    before: start ?? nothing,
    after: { ...nothing, openOrders: after.open_orders_count },
    actions: preflight.actions,
    ordersSubmitted: ordersSent(left),
    refusedBy: null,
    status,
    reasonCode: reasonOf(status, found, rested),
    errors,
    endedMs: ended.ok ? ended.value : 0,
  };
}

/** As flattenAccount says it. */
function reasonOf(status: Flattened["status"], found: boolean, rested: boolean): string {
  if (status === "failed") return "account_not_flat";
  if (status === "partial") return "flatten_not_asked_for";
  if (found) return "positions_closed";
  return rested ? "orders_cancelled" : "no_positions_detected";
}

/**
 * Does what the dead run did not come to: the account is emptied before the run is ended, and the
 * proof lands. Nothing of the run's agents ever traded then. Fault: account_not_flat.
 */
export async function finishFlatten(
  session: RunSession,
  broker: Broker,
  left: LeftRecords,
): Promise<Result<Flattened, Fault>> {
  const { request, market, ask, directory } = session;
  const { answer } = await ask((venue) => venue.ticker(request.config.instId));
  if (answer.ok) market.observe(answer.value);
  market.observeHalt(request.halt.look());
  const sentBefore = ordersSent(left);
  const again = `:again:${left.orders.attempts.length}`;
  const act = request.config.startupFlatten;
  const done = await flattenAccount(session, broker, { scope: "startup_flatten", act, again });
  if (done.status === "failed") {
    const message = `the account cannot be emptied: ${done.errors.join("; ")}`;
    return err({ code: "account_not_flat", message, at: directory });
  }
  const before = recordedStart(request, left) ?? done.before;
  const ordersSubmitted = sentBefore + done.ordersSubmitted;
  const whole: Flattened = { ...done, before, ordersSubmitted };
  const landed = landPreflight(session, whole, whole.reasonCode);
  return landed.ok ? ok(whole) : landed;
}

function ordersSent({ orders }: LeftRecords): number {
  return orders.attempts.filter(
    ({ lifecycle_scope: scope, operation, status }) =>
      scope === "startup_flatten" && operation === "place" && status === "sending",
  ).length;
}

function seenOf(snapshot: Snapshot, marginMode: "cross"): AccountSeen {
  const at = millisFromIso(snapshot.ts_utc);
  const [balance] = snapshot.balances_min;
  return {
    atMs: at.ok ? at.value : 0,
    balance:
      balance === undefined
        ? null
        : {
            ccy: balance.ccy,
            eq: balance.eq,
            cashBal: balance.cash_bal,
            availEq: balance.avail_eq,
            totalEqUsd: "",
          },
    positions: (snapshot.positions_min ?? []).map((row) => positionOf(row, marginMode)),
    openOrders: snapshot.open_orders_min,
    failed: [],
    line: snapshot.seq + 1,
  };
}

type RecordedPosition = NonNullable<Snapshot["positions_min"]>[number];

function positionOf(row: RecordedPosition, marginMode: "cross"): Position {
  return {
    instId: row.inst_id,
    posSide: row.pos_side as PositionSide,
    marginMode,
    pos: row.pos,
    avgPx: row.avg_px ?? "",
    markPx: row.mark_px ?? "",
    upl: row.upl ?? "",
    lever: row.lever ?? "",
    liqPx: null,
    posId: "",
  };
}
