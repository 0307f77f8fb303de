import type { ExecutionDocuments } from "#evidence";
import { floorMicro } from "../amounts/amount.ts";
import { ownerOf } from "../audit/materialise.ts";
import { isEnd, type OwnEvidence } from "../audit/own-orders.ts";
import type { Audited } from "../audit/run-audit.ts";
import { at } from "../colony/colony.ts";
import { equityAt, tripletAt } from "../colony/reserve.ts";
import type { VenueRunEnd } from "../loop/run-end.ts";
import type { RunState } from "../loop/run-state.ts";
import type { RunSession } from "../run/open-session.ts";

type Summary = ExecutionDocuments["multiple_experiments_summary"];
type AgentRow = Summary["agents"][number];

/** multiple_experiments_summary.json of one run at a venue. */
export function summaryOf(
  session: RunSession,
  state: RunState | null,
  end: VenueRunEnd,
  audited: Audited,
): Summary {
  const { runId, configHash, request } = session;
  const { own, rows } = audited;
  const orders = agentOrders(own, rows.history);
  const price = state?.markPrice ?? "0";
  const triplet =
    state === null
      ? { allocated_capital_micro: 0, system_reserve_micro: 0, current_total_micro: 0 }
      : tripletAt(state.colony, state.reserve, price);
  const initial = state === null ? 0 : floorMicro(state.bootstrapEquity);
  const agents = state === null ? [] : agentRows(state, price, audited);
  const gains = (row: AgentRow): boolean => row.final_capital_micro > row.initial_capital_micro;
  const back = initial === 0 ? null : (triplet.current_total_micro - initial) / initial;
  return {
    schema_version: "venue_run_summary/1",
    run_id: runId,
    mode: request.mode,
    config_hash: configHash,
    end,
    audit_declaration: {
      group_id: runId,
      ablation: null,
      ablation_detail: null,
      null_hypothesis: null,
      reason: "a single run at a venue compares nothing",
    },
    ticks: state?.ticksDone ?? 0,
    steps: state?.steps ?? 0,
    founders: agents.length,
    births: 0,
    deaths: state?.deaths ?? 0,
    alive_agents: state?.colony.members.length ?? 0,
    agents_ever: agents.length,
    ...orders,
    fills: agents.reduce((sum, row) => sum + row.fills, 0),
    profitable_agents_all: agents.filter(gains).length,
    profitable_agents_alive: agents.filter((row) => row.is_alive && gains(row)).length,
    capital_triplet: triplet,
    initial_total_micro: initial,
    system_return: back,
    system_return_reason: back === null ? "the_run_ended_before_there_was_a_capital" : null,
    has_nan: state !== null && !isFinite(state, Number.isNaN),
    has_inf: state !== null && !isFinite(state, (value) => Math.abs(value) === Infinity),
    agents,
  };
}

type OrderCounts = Pick<
  Summary,
  "orders_placed" | "orders_filled" | "orders_partially_filled" | "orders_rejected"
>;

type End = Readonly<{ state: string; accFillSz: string }>;

/** Orders of agents alone: those of the run itself are in the fingerprint. */
function agentOrders(own: OwnEvidence, history: Audited["rows"]["history"]): OrderCounts {
  const placed = [...own.orders.values()].filter((order) => order.sent && order.agentHash !== null);
  const rowByName = new Map(history.map(({ row }) => [row.clOrdId, row]));
  // By its last look; where that shows no end, by the history, if there is one.
  const ended = placed.flatMap(({ clOrdId, lastSample }): readonly End[] => {
    if (lastSample !== null && isEnd(lastSample.state)) return [lastSample];
    const row = rowByName.get(clOrdId);
    return row !== undefined && isEnd(row.state) ? [row] : [];
  });
  const isFilled = ({ state }: End): boolean => state === "filled";
  return {
    orders_placed: placed.length,
    orders_filled: ended.filter(isFilled).length,
    orders_partially_filled: ended.filter((row) => !isFilled(row) && /[1-9]/.test(row.accFillSz))
      .length,
    orders_rejected: placed.filter(({ outcome }) => outcome === "rejected").length,
  };
}

function agentRows(
  { colony }: RunState,
  price: string,
  { own, rows }: Audited,
): readonly AgentRow[] {
  const placed = [...own.orders.values()].filter(({ sent }) => sent);
  // Trades that were kept: what the auditor could not read is no evidence of a fill.
  const fills = Map.groupBy(rows.fills, ({ row }) => ownerOf(row, own)?.agentHash ?? null);
  const fillsOf = (hash: string): number => fills.get(hash)?.length ?? 0;
  const ordersOf = (hash: string): number =>
    placed.filter(({ agentHash }) => agentHash === hash).length;
  const alive = colony.members.map((member, slot): AgentRow => {
    return {
      agent_id_hash: member.hash,
      gene_id: member.geneId,
      initial_capital_micro: member.capitalMicro,
      final_capital_micro: floorMicro(equityAt(colony, slot, price)),
      fees_micro: member.feesMicro,
      position_lots: at(colony.world.position, slot),
      orders: ordersOf(member.hash),
      fills: fillsOf(member.hash),
      is_alive: true,
    };
  });
  const dead = colony.buried.map((member): AgentRow => {
    return {
      agent_id_hash: member.hash,
      gene_id: member.geneId,
      initial_capital_micro: member.capitalMicro,
      final_capital_micro: 0,
      fees_micro: member.feesMicro,
      position_lots: 0,
      orders: ordersOf(member.hash),
      fills: fillsOf(member.hash),
      is_alive: false,
    };
  });
  return [...alive, ...dead].toSorted((left, right) =>
    left.agent_id_hash < right.agent_id_hash ? -1 : 1,
  );
}

/** Whether no number that a decision rests on is of that kind. */
function isFinite({ colony }: RunState, test: (value: number) => boolean): boolean {
  const { world, members } = colony;
  return members.every(
    (_, slot) =>
      ![world.cash, world.equity, world.position, world.lastSignal].some((array) =>
        test(at(array, slot)),
      ),
  );
}
