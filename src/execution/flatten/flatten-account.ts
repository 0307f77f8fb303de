import { isoFromMillis } from "#base";
import type { StartupPreflight } from "#evidence";
import type { Broker, PlaceIntent, Position } from "#venues";
import { absolute, amountText } from "../amounts/amount.ts";
import { signedContracts } from "../audit/positions.ts";
import { followToEnds, patience } from "../follow-up/follow-to-ends.ts";
import { type AccountSeen, lookAtAccount } from "../loop/account-look.ts";
import type { RunSession } from "../run/open-session.ts";

type Action = StartupPreflight["actions"][number];

/** What was done to empty the account, and the proof that it is empty. */
export type Flattened = Readonly<{
  before: AccountSeen;
  after: AccountSeen;
  actions: readonly Action[];
  ordersSubmitted: number;
  status: "success" | "partial" | "failed";
  reasonCode: string;
  /** The gate of ours that let no closing order leave; null where none did. */
  refusedBy: string | null;
  errors: readonly string[];
  endedMs: number;
}>;

export type FlattenOrder = Readonly<{
  scope: "startup_flatten" | "shutdown_flatten";
  /** False: look only, and refuse when something is open. */
  act: boolean;
  /** Tells the orders of a second flatten of one run from those of the first. */
  again?: string;
}>;

const maxRounds = 3;
const roundPauseMs = 500;

/**
 * Looks, cancels whatever rests, closes whatever is held, reduce-only, and looks again. It is a
 * success when the exchange says that no order and no position is left, and the balance is not
 * negative; what could not be seen is no success.
 */
export async function flattenAccount(
  session: RunSession,
  broker: Broker,
  { scope, act, again = "" }: FlattenOrder,
): Promise<Flattened> {
  const actions: Action[] = [];
  const did = (action: Action["action"], ok: boolean, reason: string | null): void => {
    const ts_utc = isoFromMillis(session.journal.clock.nowMillis());
    actions.push({ ts_utc, action, client_order_id: null, ok, reason_code: reason });
  };
  const starting = scope === "startup_flatten";
  did("connect", true, null);
  const before = await lookAtAccount(session, starting ? "before_flatten" : "run_end", null);
  did(
    "snapshot",
    before.failed.length === 0,
    before.failed.length === 0 ? null : "not_all_answered",
  );
  // What was there is durable before anything is done about it.
  session.journal.land();
  let submitted = 0;
  let refusedBy: string | null = null;
  if (act) {
    const cleared = await broker.cancelAll({
      owner: { type: "lifecycle", scope },
      kind: "cancel_all",
      tick: null,
      tickReason: starting ? "before_the_first_tick" : "after_the_last_tick",
      intentPrefix: `${scope}${again}:cancel:`,
      instIds: [session.request.config.instId],
      // What others left rests in the way of a start; at the end it is theirs.
      others: starting,
    });
    did("cancel_all", cleared.clear, cleared.reason);
    const held = before.positions;
    const closed = await closePositions(session, broker, { scope, again, actions, held });
    ({ submitted, refusedBy } = closed);
  }
  const after = act ? await lookAtAccount(session, "after_flatten", null) : before;
  if (act)
    did(
      "snapshot",
      after.failed.length === 0,
      after.failed.length === 0 ? null : "not_all_answered",
    );
  const endedMs = session.journal.clock.nowMillis();
  const judged = judge(before, after, act);
  return { before, after, actions, ordersSubmitted: submitted, refusedBy, endedMs, ...judged };
}

type Closing = Readonly<{
  scope: FlattenOrder["scope"];
  again: string;
  actions: Action[];
  held: readonly Position[] | null;
}>;

/** A market order may be filled in part only; so the exchange is asked, and asked again. */
async function closePositions(
  session: RunSession,
  broker: Broker,
  { scope, again, actions, held }: Closing,
): Promise<Readonly<{ submitted: number; refusedBy: string | null }>> {
  const { clock } = session.journal;
  let positions = held;
  let submitted = 0;
  let refusedBy: string | null = null;
  for (let round = 1; round <= maxRounds && positions !== null; round += 1) {
    if (positions.length === 0) break;
    await seePrice(session);
    for (const position of positions) {
      const outcome = await broker.place(
        closingIntent(session, position, `${scope}${again}:${round}`, scope),
      );
      const sent = outcome.order !== null;
      if (sent) submitted += 1;
      refusedBy = outcome.fence;
      actions.push({
        ts_utc: isoFromMillis(clock.nowMillis()),
        action: "flatten",
        client_order_id: outcome.order?.clientOrderId ?? null,
        ok: outcome.status === "ok",
        reason_code: outcome.reasonCode,
      });
    }
    await followToEnds(session, broker);
    const { instId } = session.request.config;
    const { answer } = await session.ask((venue) => venue.positions(instId));
    positions = answer.ok ? answer.value.filter(({ pos }) => /[1-9]/.test(pos)) : null;
    if (positions !== null && positions.length > 0) {
      await clock.waitUntil(clock.nowMillis() + roundPauseMs * round, patience);
    }
  }
  return { submitted, refusedBy };
}

/** Orders leave on fresh market data only, and those that close are no exception. */
async function seePrice({ ask, market, request }: RunSession): Promise<void> {
  const { answer } = await ask((venue) => venue.ticker(request.config.instId));
  if (answer.ok) market.observe(answer.value);
}

function closingIntent(
  { request }: RunSession,
  position: Position,
  intentPrefix: string,
  scope: FlattenOrder["scope"],
): PlaceIntent {
  const contracts = signedContracts(position);
  return {
    intentId: `${intentPrefix}:${position.posSide}`,
    owner: { type: "lifecycle", scope },
    kind: "flatten_position",
    tick: null,
    tickReason: scope === "startup_flatten" ? "before_the_first_tick" : "after_the_last_tick",
    oneshot: false,
    leverageTarget: { value: null, reason: "no_agent_chose_it" },
    leverageApplied: { value: null, reason: "account_setting" },
    order: {
      instId: request.config.instId,
      tdMode: position.marginMode,
      side: contracts > 0n ? "sell" : "buy",
      posSide: position.posSide,
      ordType: "market",
      sz: amountText(absolute(contracts)),
      px: null,
      reduceOnly: true,
    },
  };
}

function judge(
  before: AccountSeen,
  after: AccountSeen,
  act: boolean,
): Pick<Flattened, "status" | "reasonCode" | "errors"> {
  const errors: string[] = [...after.failed];
  const { openOrders: orders } = after;
  if (orders === null) errors.push("open orders after the flatten are not known");
  else if (orders > 0)
    errors.push(orders === 1 ? "1 order is still open" : `${orders} orders are still open`);
  if (after.positions === null) errors.push("positions after the flatten are not known");
  else if (after.positions.length > 0) {
    const left = after.positions.length;
    errors.push(left === 1 ? "1 position is left" : `${left} positions are left`);
  }
  if (after.balance === null) errors.push("the balance after the flatten is not known");
  else if (after.balance.eq.startsWith("-")) errors.push(`the equity is ${after.balance.eq}`);
  if (before.positions === null || before.openOrders === null) {
    errors.push("what was open before the flatten is not known");
  }
  if (errors.length > 0) return { status: "failed", reasonCode: "account_not_flat", errors };
  const found = (before.positions?.length ?? 0) > 0;
  const rested = (before.openOrders ?? 0) > 0;
  const reasonCode = found
    ? "positions_closed"
    : rested
      ? "orders_cancelled"
      : "no_positions_detected";
  return act
    ? { status: "success", reasonCode, errors }
    : { status: "partial", reasonCode: "flatten_not_asked_for", errors };
}
