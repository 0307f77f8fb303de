import type { Broker, PlaceIntent } from "#venues";
import { floorMicro } from "../amounts/amount.ts";
import { at, type Member } from "../colony/colony.ts";
import { buryMember } from "../colony/life.ts";
import { equityAt, tripletAt } from "../colony/reserve.ts";
import { followToEnds } from "../follow-up/follow-to-ends.ts";
import { rounded } from "../quality/percentiles.ts";
import type { RunState } from "./run-state.ts";
import { positionSide } from "./wishes-to-intents.ts";

/**
 * Ends the lives of agents whose attributed equity is zero or less, in the order of their numbers.
 * What is left of them is the reserve's, their position too until the run has closed it.
 */
export async function buryTheDead(state: RunState, tick: number): Promise<void> {
  const { colony, markPrice } = state;
  if (markPrice === null) return;
  const dying = colony.members
    .filter((_, slot) => equityAt(colony, slot, markPrice) <= 0n)
    .map(({ number }) => number)
    .toSorted((left, right) => left - right);
  for (const number of dying) {
    const slot = colony.members.findIndex((member) => member.number === number);
    await buryOne(state, { slot, tick, price: markPrice });
  }
  if (dying.length > 0) await followToEnds(state.session, state.broker);
}

type Dying = Readonly<{ slot: number; tick: number; price: string }>;

async function buryOne(state: RunState, { slot, tick, price }: Dying): Promise<void> {
  const { colony, reserve } = state;
  const { world } = colony;
  const equity = equityAt(colony, slot, price);
  const lots = at(world.position, slot);
  const cash = at(world.cash, slot);
  const lastSignal = at(world.lastSignal, slot);
  const member = buryMember(colony, slot);
  if (member === null) return;
  reserve.cash += BigInt(cash) * microUnit;
  reserve.lots += lots;
  state.deaths += 1;
  state.session.fences.count("fence_agent_death");
  const settled = lots === 0 ? null : await settle(state, member, lots, tick);
  recordDeath(state, member, {
    tick,
    price,
    lots,
    lastSignal,
    settledMicro: floorMicro(equity),
    settlement: settled,
  });
}

const microUnit = 1_000_000_000_000n;

/** Closes what the dead agent held; the reserve gets what it brings. Gives the order's name. */
async function settle(
  state: RunState,
  member: Member,
  lots: number,
  tick: number,
): Promise<string | null> {
  const { sizes } = state.colony;
  const { config } = state.session.request;
  const side = lots > 0 ? "sell" : "buy";
  const intent: PlaceIntent = {
    intentId: `settle:${member.id}`,
    owner: { type: "lifecycle", scope: "death_settlement" },
    kind: "settle_the_dead",
    tick,
    tickReason: null,
    oneshot: false,
    leverageTarget: { value: null, reason: "no_agent_chose_it" },
    leverageApplied: { value: null, reason: "account_setting" },
    order: {
      instId: config.instId,
      tdMode: config.marginMode,
      side,
      posSide: positionSide(state, side, lots),
      ordType: "market",
      sz: sizes.fromLots(Math.abs(lots)),
      px: null,
      reduceOnly: false,
    },
  };
  const { order } = await state.broker.place(intent);
  if (order === null) return null;
  state.settlements += 1;
  state.ownerByOrder.set(order.clientOrderId, { agentHash: null, askedLots: lots, tick });
  return order.clientOrderId;
}

type DeathFacts = Readonly<{
  tick: number;
  price: string;
  lots: number;
  lastSignal: number;
  settledMicro: number;
  settlement: string | null;
}>;

function recordDeath(state: RunState, member: Member, facts: DeathFacts): void {
  const { lots, settlement } = facts;
  const { journal } = state.session;
  const held = lots !== 0;
  journal.execution("death_events", {
    tick: facts.tick,
    agent_id: member.id,
    agent_id_hash: member.hash,
    death_reason: "capital_depleted",
    death_reason_source: "lifecycle_capital",
    capital_triplet: tripletAt(state.colony, state.reserve, facts.price),
    has_position: held,
    position_side: held ? (lots > 0 ? "long" : "short") : null,
    position_side_reason: held ? null : "flat",
    position_lots: lots,
    positions_truth_quality: state.truth,
    position_exposure_ratio: exposureOf(state, facts),
    position_exposure_ratio_reason: exposureOf(state, facts) === null ? "no_equity_left" : null,
    pos_side_sign: held ? (lots > 0 ? 1 : -1) : 0,
    last_signal: facts.lastSignal,
    state_final: held ? "IN_MARKET" : "OUT_MARKET",
    api_error_count_so_far: state.apiErrors,
    fence_block_rate_summary: topBlocks(state.broker),
    settled_to_reserve_micro: facts.settledMicro,
    settlement_client_order_id: settlement,
    settlement_client_order_id_reason:
      settlement === null ? (held ? "settlement_was_refused" : "nothing_was_held") : null,
  });
  recordJudgement(state, member, facts);
}

/** Of nothing there is no share: the dead have no equity by definition, so the capital is taken. */
function exposureOf({ colony }: RunState, { lots, price }: DeathFacts): number | null {
  const value = Number(colony.sizes.valueOf(Math.abs(lots), price) / 1_000_000_000_000n);
  const base = colony.buried.at(-1)?.capitalMicro ?? 0;
  return base > 0 ? rounded(value / base) : null;
}

function topBlocks(broker: Broker): readonly { fence_id: string; block_count: number }[] {
  return broker
    .fences()
    .filter(({ block_count }) => block_count > 0)
    .toSorted((left, right) => right.block_count - left.block_count)
    .slice(0, 3)
    .map(({ fence_id, block_count }) => ({ fence_id, block_count }));
}

function recordJudgement(state: RunState, member: Member, facts: DeathFacts): void {
  state.session.journal.execution("lifecycle_events", {
    tick_end: facts.tick,
    agent_id_hash: member.hash,
    gene_id: member.geneId,
    decision: "DEATH",
    decision_reason_codes: ["capital_depleted"],
    metrics_used: { equity_micro: facts.settledMicro, capital_base_micro: member.capitalMicro },
    metrics_truth_quality: state.truth,
    pre_settlement_action:
      facts.lots === 0
        ? "none"
        : facts.settlement === null
          ? "settlement_refused"
          : "settlement_order",
    evidence_refs: [],
  });
}
