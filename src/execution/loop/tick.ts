import { markAtClose, sizeFences } from "../colony/colony.ts";
import { askAll, holdAll, type Wish } from "../colony/decide.ts";
import { passTick } from "../colony/life.ts";
import { freezeOver, tellError } from "../run/tell-error.ts";
import { buryTheDead } from "./bury-the-dead.ts";
import { closeTick } from "./close-tick.ts";
import { learnFromTick } from "./learn-from-tick.ts";
import { forceOneShot } from "./one-shot.ts";
import { recordDecisions } from "./record-decisions.ts";
import { recordInputs } from "./record-inputs.ts";
import type { RunState } from "./run-state.ts";
import { type SeenMarket, seeMarket } from "./see-market.ts";
import { prepareOrders, sendOrders, type TickOrders } from "./send-wishes.ts";
import { takeFills } from "./take-fills.ts";

export type TickPlan = Readonly<{
  tick: number;
  /** The bar that is decided on opened here. */
  barOpenMs: number;
  /** No order of this tick may rest longer. */
  deadlineMs: number;
}>;

/** One tick: look, decide, record, send, follow, book, bury, balance. */
export async function liveTick(state: RunState, plan: TickPlan): Promise<void> {
  const { tick } = plan;
  const { session, colony } = state;
  state.tick = tick;
  state.truth = "ok";
  const market = await seeMarket(state, plan.barOpenMs);
  recordProbes(state, tick, market);
  const decided = decide(state, tick, market);
  const landed = session.journal.land();
  if (!landed.ok) {
    const detail = `decisions of tick ${tick} are not durable: ${landed.fault.message}`;
    await state.broker.freeze("missing_critical_evidence", detail, { tick, refs: [] });
    return;
  }
  const { look } = market;
  await sendOrders(state, decided, { tick, look, deadlineMs: plan.deadlineMs });
  if (!(await takeFills(state))) await distrust(state, tick);
  learnFromTick(state, tick, look.ticker?.value ?? null);
  await buryTheDead(state, tick);
  if (state.settlements > 0 && !(await takeFills(state))) await distrust(state, tick);
  await closeTick(state, tick);
  if (state.feed.store.newest !== null) markAtClose(colony, state.feed.store.newest.close);
  passTick(colony, tick);
  state.ticksDone = tick;
  session.journal.land();
}

/** Asks everybody, or lets everybody hold, and writes down what came of it. */
function decide(state: RunState, tick: number, market: SeenMarket): TickOrders {
  const { session, colony, feed } = state;
  const { look, mask, stop } = market;
  const newest = feed.store.newest;
  if (newest !== null) markAtClose(colony, newest.close);
  const fundingReason = market.taken.at(-1)?.fundingReason ?? null;
  const barIndex = Math.max(feed.store.count - 1, 0);
  const inputs = recordInputs(session.journal, colony, { tick, barIndex, mask, fundingReason });
  const asked = stop === null && newest !== null;
  const { wishes, marked } = forceOneShot(state, tick, asked ? ask(state) : hold(state));
  const ticker = look.ticker?.value ?? null;
  const orders = prepareOrders(state, wishes, { tick, marked, ticker });
  noteOneShot(state, tick, wishes, marked, orders);
  recordDecisions(state, {
    tick,
    look,
    effective: 21 + bitsIn(mask),
    flags: market.flags,
    heldBecause: asked ? null : (stop ?? "no_bar"),
    inputs,
    wishes,
    marked,
    intentIds: orders.intentIds,
  });
  return orders;
}

function ask(state: RunState): readonly Wish[] {
  const { colony, session } = state;
  const before = sizeFences(colony);
  state.steps += colony.members.length;
  const effective = colony.world.effective[0] ?? 0;
  if (effective === 0) session.fences.count("fence_no_market_features", colony.members.length);
  const wishes = askAll(colony);
  const after = sizeFences(colony);
  session.fences.count("fence_order_size_zero", after.sizeZero - before.sizeZero);
  session.fences.count("fence_position_limit", after.limit - before.limit);
  return wishes;
}

function hold(state: RunState): readonly Wish[] {
  const { colony, session } = state;
  state.steps += colony.members.length;
  session.fences.count("fence_market_unseen_hold", colony.members.length);
  return holdAll(colony);
}

function noteOneShot(
  state: RunState,
  tick: number,
  wishes: readonly Wish[],
  marked: number | null,
  { intentIds }: TickOrders,
): void {
  const wish = marked === null ? undefined : wishes[marked];
  if (wish === undefined || marked === null) return;
  const intentId = intentIds[marked] ?? null;
  state.oneShot = { tick, agentHash: wish.member.hash, clientOrderId: null, intentId };
}

function recordProbes(state: RunState, tick: number, market: SeenMarket): void {
  const { session } = state;
  const { ageMs } = session.market.freshness();
  const seen = market.look.ticker !== null && market.stop === null;
  session.journal.execution("probe_health_ticks", {
    tick,
    e_status: seen ? (market.look.failed.length === 0 ? "ok" : "degraded") : "unavailable",
    i_status: state.account === null || state.account.failed.length === 0 ? "ok" : "degraded",
    market_age_ms: ageMs === null ? null : Math.max(Math.floor(ageMs), 0),
    market_age_ms_reason: ageMs === null ? "no_tick_of_the_exchange_seen" : null,
    endpoints_failed: market.look.failed.map(({ endpoint }) => endpoint),
    stop_required: market.stop !== null,
  });
  session.journal.execution("probe_gating_ticks", {
    tick,
    truth_profile: state.truth,
    gating_decision: market.stop === null ? "continue" : "stop",
    reason_codes: market.stop === null ? [] : [market.stop],
    available_count: 21 + bitsIn(market.mask),
  });
  if (market.stop === null) return;
  const detail = `nobody is asked in tick ${tick}: ${market.stop}`;
  tellError(session, { tick, type: "market_gated", code: market.stop, detail });
}

/** Fills do not make what the exchange says was filled: nothing more is sent on such books. */
async function distrust(state: RunState, tick: number): Promise<void> {
  state.truth = "degraded";
  await freezeOver(state, "truth_profile_degraded", {
    tick,
    type: "truth_degraded",
    code: "fills_query_failed",
    detail: "fills do not add up to the filled sizes of our orders",
  });
}

function bitsIn(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}
