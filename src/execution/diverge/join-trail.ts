import {
  type AgentTrail,
  type FillTrail,
  type OrderTrail,
  type RunTrail,
  type StepTrail,
  stepKey,
  type TickTrail,
} from "./trail.ts";
import type { TrailFiles, TrailLine } from "./trail-lines.ts";

export type TrailManifest = Readonly<{ run_id: string; mode: string; symbol_in_use: string }>;

export type TrailRoster = readonly Readonly<{
  agent_id: string;
  agent_id_hash: string;
  gene_id: string;
}>[];

/** Joins the files of one run by agent and tick. */
export function joinTrail(
  manifest: TrailManifest,
  roster: TrailRoster,
  files: TrailFiles,
): RunTrail {
  const agents = new Map<string, AgentTrail>();
  const nameByHash = new Map<string, string>();
  for (const { agent_id: agentId, agent_id_hash: hash, gene_id: geneId } of roster) {
    agents.set(agentId, { agentId, geneId });
    nameByHash.set(hash, agentId);
  }
  const decidedMs = new Map<number, number>();
  for (const line of files.decision_trace) {
    if (line.record_type === "tick_summary") decidedMs.set(line.tick, Date.parse(line.ts_utc));
  }
  const orders = joinOrders(files, nameByHash, decidedMs);
  return {
    runId: manifest.run_id,
    mode: manifest.mode,
    instId: manifest.symbol_in_use,
    agents,
    ticks: joinTicks(files, decidedMs),
    steps: joinSteps(files, nameByHash, orders),
  };
}

function joinTicks(
  files: TrailFiles,
  decidedMs: ReadonlyMap<number, number>,
): ReadonlyMap<number, TickTrail> {
  const barByIndex = new Map(files.market_bars.map((bar) => [bar.bar_index, bar]));
  const probeByTick = new Map(files.e_probes.map((probe) => [probe.tick, probe]));
  const midByTick = new Map(
    files.price_reference_snapshots
      .filter(({ moment }) => moment === "t_submit")
      .map(({ tick, ref_mid }) => [tick, ref_mid]),
  );
  const bookByTick = new Map(files.orderbook_snapshots.map((book) => [book.tick, book]));
  return new Map(
    [...decidedMs.keys()].map((tick) => {
      const probe = probeByTick.get(tick);
      const bar = probe === undefined ? undefined : barByIndex.get(probe.bar_index);
      const book = bookByTick.get(tick);
      const trail: TickTrail = {
        tick,
        barOpenMs: bar?.open_ms ?? null,
        bar: bar === undefined ? null : [bar.open, bar.high, bar.low, bar.close, bar.volume],
        features: probe?.values ?? null,
        mask: probe?.mask ?? null,
        colony: probe === undefined ? null : Object.values(probe.colony),
        submitMid: midByTick.get(tick) ?? null,
        book:
          book === undefined
            ? null
            : [...book.bids, ...book.asks].map(({ px, sz }) => `${px} ${sz}`),
      };
      return [tick, trail] as const;
    }),
  );
}

type OrderDraft = { -readonly [Key in keyof OrderTrail]: OrderTrail[Key] };

/** The last order of each agent and tick, with what the exchange has of it. */
function joinOrders(
  files: TrailFiles,
  nameByHash: ReadonlyMap<string, string>,
  decidedMs: ReadonlyMap<number, number>,
): ReadonlyMap<string, OrderTrail> {
  const byStep = new Map<string, OrderDraft>();
  const byName = new Map<string, Readonly<{ draft: OrderDraft; tick: number }>>();
  for (const attempt of files.order_attempts) {
    const agent = nameByHash.get(attempt.agent_id_hash ?? "");
    if (agent === undefined || attempt.tick === null || attempt.operation !== "place") continue;
    const known = byName.get(attempt.client_order_id);
    const draft = known?.draft ?? draftOf(attempt);
    byName.set(attempt.client_order_id, { draft, tick: attempt.tick });
    byStep.set(stepKey(agent, attempt.tick), draft);
    if (attempt.status === "sending") continue;
    const refused = attempt.gate.gate_decision === "reject";
    draft.outcome = refused ? "refused" : attempt.status;
    draft.reasonCode = attempt.reason_code;
  }
  for (const { clOrdId, state, created_ms: createdMs } of files.orders_history) {
    const known = byName.get(clOrdId ?? "");
    if (known === undefined) continue;
    const decided = decidedMs.get(known.tick);
    known.draft.state = state;
    known.draft.arrivalMs = decided === undefined ? null : createdMs - decided;
  }
  const inTime = files.fills.toSorted((left, right) => left.filled_ms - right.filled_ms);
  for (const fill of inTime) {
    const known = byName.get(fill.clOrdId ?? "");
    if (known !== undefined) known.draft.fills = [...known.draft.fills, fillOf(fill)];
  }
  return byStep;
}

function draftOf(attempt: TrailLine<"order_attempts">): OrderDraft {
  const { params } = attempt;
  return {
    clOrdId: attempt.client_order_id,
    side: params.side,
    type: params.order_type,
    sz: params.requested_sz,
    px: params.limit_px,
    outcome: "unknown",
    reasonCode: null,
    arrivalMs: null,
    state: null,
    fills: [],
  };
}

function fillOf(fill: TrailLine<"fills">): FillTrail {
  return {
    tradeId: fill.tradeId,
    px: fill.fill_px,
    sz: fill.fillSz,
    fee: fill.fee,
    execType: fill.exec_type,
  };
}

function joinSteps(
  files: TrailFiles,
  nameByHash: ReadonlyMap<string, string>,
  orders: ReadonlyMap<string, OrderTrail>,
): ReadonlyMap<string, StepTrail> {
  const stateByStep = new Map<string, readonly number[]>();
  for (const line of files.agent_states) {
    const agent = nameByHash.get(line.agent_id_hash);
    if (agent === undefined) continue;
    const { tick, agent_id_hash: _hash, ...state } = line;
    stateByStep.set(stepKey(agent, tick), Object.values(state));
  }
  const steps = new Map<string, StepTrail>();
  for (const line of files.decision_trace) {
    if (line.record_type !== "agent_detail") continue;
    const agentId = nameByHash.get(line.agent_id_hash);
    if (agentId === undefined) continue;
    const key = stepKey(agentId, line.tick);
    steps.set(key, {
      agentId,
      tick: line.tick,
      action: line.intent_action,
      signal: line.signal,
      leverage: line.leverage_target,
      oneshot: line.oneshot,
      state: stateByStep.get(key) ?? null,
      order: orders.get(key) ?? null,
    });
  }
  return steps;
}
