import { isoFromMillis } from "#base";
import type { ExecutionDocuments, ExecutionLines, RosterAgent } from "#evidence";
import type { Draft } from "./draft.ts";
import { head, type VenueSession } from "./session.ts";
import { type AgentIdentity, digest, startMs } from "./spec.ts";

/** Genomes, lives and the summary of a session: what its agents were, and what came of them. */
export type World = {
  genomes: Draft<ExecutionLines["genomes_snapshot"]>[];
  births: Draft<ExecutionLines["birth_events"]>[];
  deaths: Draft<ExecutionLines["death_events"]>[];
  summary: Draft<ExecutionDocuments["multiple_experiments_summary"]>;
};

export const genomeSchema = "twin-33-5-1/1";
export const weightsCount = 342;
/** What each agent begins with, and what nobody was given. */
export const agentCapitalMicro = 100_000_000;
const equityMicro = 10_000_000_000;

export type Anchor = Pick<RosterAgent, "gene_id" | "weights_sha256"> & Readonly<{ bytes: Buffer }>;

/** Weights that are a function of the agent's name, and their anchors. */
export function anchorOf(agentId: string): Anchor {
  let state = Number.parseInt(digest(agentId).slice(0, 7), 16);
  const weights = Float32Array.from({ length: weightsCount }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x40000000 - 1;
  });
  const bytes = Buffer.from(weights.buffer);
  const labelled = Buffer.concat([Buffer.from(`${genomeSchema}\n`), bytes]);
  return { bytes, weights_sha256: digest(bytes), gene_id: digest(labelled).slice(0, 16) };
}

export function worldOf(session: VenueSession): World {
  const { agents } = session.ids;
  return {
    genomes: agents.map((agent) => genomeOf(session, agent)),
    births: agents.map((agent, index) => birthOf(session, agent, index + 1)),
    deaths: mortals(session).map((agent) => deathOf(session, agent)),
    summary: summaryOf(session),
  };
}

export function lastTick({ ticks }: VenueSession): number {
  return ticks.at(-1)?.tick ?? 0;
}

/** The third agent, whose orders were rejected, dies after the last tick. */
function mortals({ ids }: VenueSession): readonly AgentIdentity[] {
  return ids.agents.slice(2, 3);
}

function firstHead({ ids }: VenueSession): Readonly<{
  run_id: string;
  seq: number;
  ts_utc: string;
}> {
  return { run_id: ids.runId, seq: 0, ts_utc: isoFromMillis(startMs) };
}

function genomeOf(session: VenueSession, { id, hash }: AgentIdentity): World["genomes"][number] {
  const { bytes, gene_id, weights_sha256 } = anchorOf(id);
  return {
    ...firstHead(session),
    tick: 0,
    agent_id: id,
    agent_id_hash: hash,
    gene_id,
    weights_sha256,
    genome_schema_version: genomeSchema,
    weights_count: weightsCount,
    encoding: "base64_float32_le",
    weights: bytes.toString("base64"),
    pool_record_id: `HF_0123456789abcdef:${id}`,
  };
}

type Split = Draft<ExecutionLines["birth_events"]["capital_triplet"]>;

function splitFor(agents: number): Split {
  const allocated = agents * agentCapitalMicro;
  return {
    allocated_capital_micro: allocated,
    system_reserve_micro: equityMicro - allocated,
    current_total_micro: equityMicro,
  };
}

function birthOf(
  session: VenueSession,
  { id, hash }: AgentIdentity,
  born: number,
): World["births"][number] {
  const { gene_id, weights_sha256 } = anchorOf(id);
  return {
    ...firstHead(session),
    tick: 0,
    agent_id: id,
    agent_id_hash: hash,
    gene_id,
    weights_sha256,
    origin: "founder",
    parent_id_hash: null,
    parent_id_hash_reason: "nobody_splits_at_a_venue",
    capital_micro: agentCapitalMicro,
    capital_triplet: splitFor(born),
  };
}

function deathOf(session: VenueSession, { id, hash }: AgentIdentity): World["deaths"][number] {
  return {
    ...head(session),
    tick: lastTick(session),
    agent_id: id,
    agent_id_hash: hash,
    death_reason: "capital_depleted",
    death_reason_source: "lifecycle_capital",
    capital_triplet: splitFor(session.ids.agents.length - 1),
    has_position: false,
    position_side: null,
    position_side_reason: "nothing_held",
    position_lots: 0,
    positions_truth_quality: "ok",
    position_exposure_ratio: null,
    position_exposure_ratio_reason: "nothing_held",
    pos_side_sign: 0,
    last_signal: 0.01,
    state_final: "OUT_MARKET",
    api_error_count_so_far: 1,
    fence_block_rate_summary: [{ fence_id: "fence_rate_limiter_block_order", block_count: 1 }],
    settled_to_reserve_micro: agentCapitalMicro,
    settlement_client_order_id: null,
    settlement_client_order_id_reason: "nothing_held",
  };
}

function summaryOf(session: VenueSession): World["summary"] {
  const { ids, steps } = session;
  const dead = new Set(mortals(session).map(({ hash }) => hash));
  const orders = ownOrders(session);
  const ordersByAgent = Map.groupBy(orders, ({ agent }) => agent);
  const agents = ids.agents.map(({ id, hash }) => {
    const own = ordersByAgent.get(hash) ?? [];
    return {
      agent_id_hash: hash,
      gene_id: anchorOf(id).gene_id,
      initial_capital_micro: agentCapitalMicro,
      final_capital_micro: dead.has(hash) ? 0 : agentCapitalMicro,
      fees_micro: 0,
      position_lots: 0,
      orders: own.length,
      fills: own.reduce((sum, { fills }) => sum + fills, 0),
      is_alive: !dead.has(hash),
    };
  });
  const count = (fits: (order: OwnOrder) => boolean): number => orders.filter(fits).length;
  return {
    schema_version: "venue_run_summary/1",
    run_id: ids.runId,
    mode: "okx_demo",
    config_hash: ids.configHash,
    end: "ticks_done",
    audit_declaration: {
      group_id: "fixture",
      ablation: null,
      ablation_detail: null,
      null_hypothesis: null,
      reason: "a_fixture_tests_no_hypothesis",
    },
    ticks: lastTick(session),
    steps,
    founders: agents.length,
    births: 0,
    deaths: dead.size,
    alive_agents: agents.length - dead.size,
    agents_ever: agents.length,
    orders_placed: orders.length,
    orders_filled: count(({ state }) => state === "filled"),
    orders_partially_filled: count(({ state, filled }) => state !== "filled" && filled > 0),
    orders_rejected: count(({ rejected }) => rejected),
    fills: agents.reduce((sum, { fills }) => sum + fills, 0),
    profitable_agents_all: 0,
    profitable_agents_alive: 0,
    capital_triplet: splitFor(agents.length - dead.size),
    initial_total_micro: equityMicro,
    system_return: 0,
    system_return_reason: null,
    has_nan: false,
    has_inf: false,
    agents,
  };
}

type OwnOrder = Readonly<{
  agent: string;
  rejected: boolean;
  /** How it ended; null while nobody knows. */
  state: string | null;
  filled: number;
  fills: number;
}>;

const ends: readonly string[] = ["filled", "canceled", "mmp_canceled", "rejected"];

/** Every order that left for an agent, with what samples and history tell of it. */
function ownOrders({ attempts, samples, history, fills, spec }: VenueSession): readonly OwnOrder[] {
  const known = spec.audited ? { history, fills } : { history: [], fills: [] };
  const places = attempts.filter(({ operation }) => operation === "place");
  const linesById = Map.groupBy(places, (one) => one.client_order_id);
  const looksById = Map.groupBy(samples, (one) => one.clOrdId);
  const pastById = Map.groupBy(known.history, (one) => one.ordId);
  const fillsById = Map.groupBy(known.fills, (one) => one.ordId);
  const pastByName = Map.groupBy(known.history, (one) => one.clOrdId);
  const fillsByName = Map.groupBy(known.fills, (one) => one.clOrdId);
  const own = new Map<string, OwnOrder>();
  for (const { status, agent_id_hash: agent, client_order_id: id } of places) {
    if (status !== "sending" || agent === null || own.has(id)) continue;
    const lines = linesById.get(id) ?? [];
    const ordId = lines.findLast((one) => one.exchange_ids.ordId !== null)?.exchange_ids.ordId;
    const looks = (looksById.get(id) ?? []).slice(-1);
    const past = [...(pastByName.get(id) ?? []), ...(pastById.get(ordId ?? "") ?? [])];
    const told = [...looks, ...past].map(({ state, accFillSz }) => ({ state, accFillSz }));
    const end = told.find(({ state }) => ends.includes(state));
    const trades = [...(fillsByName.get(id) ?? []), ...(fillsById.get(ordId ?? "") ?? [])];
    own.set(id, {
      agent,
      rejected: lines.at(-1)?.status === "rejected",
      state: end?.state ?? null,
      filled: Number(end?.accFillSz ?? "0"),
      fills: new Set(trades).size,
    });
  }
  return [...own.values()];
}
