import { isoFromMillis } from "#base";
import type {
  BirthEvent,
  CapitalTriplet,
  CollapseEvent,
  DeathEvent,
  LedgerEvent,
  LifeRecord,
  Moment,
  RebootEvent,
  SeasonEvent,
  SurvivorEvent,
} from "#core";
import { deathSourceByReason } from "../artifacts/death-events.ts";
import { type AgentName, agentIdText, type GenomeAnchor } from "./agent-identity.ts";

export type BirthNames = Readonly<{
  agent: AgentName;
  parent: AgentName | null;
  anchor: GenomeAnchor;
}>;

/**
 * Builds the lines of the event files as text: births and deaths are as frequent as the world
 * makes them, and a template costs a tenth of a general serialiser. Keys stand in the order of the
 * schemas in artifacts/, whose canonical check is the test of this file.
 */
export type EventLines = Readonly<{
  birth: (seq: number, event: BirthEvent, names: BirthNames) => string;
  death: (seq: number, event: DeathEvent, agent: AgentName) => string;
  survivor: (seq: number, event: SurvivorEvent, agent: AgentName) => string;
  ledger: (seq: number, event: LedgerEvent) => string;
  season: (seq: number, event: SeasonEvent) => string;
  collapse: (seq: number, event: CollapseEvent) => string;
  reboot: (seq: number, event: RebootEvent) => string;
}>;

export function createEventLines(runId: string): EventLines {
  const momentText = createMomentText();
  const head = (seq: number, at: Moment): string =>
    `{"run_id":"${runId}","seq":${seq},${momentText(at)}`;

  return {
    birth: (seq, event, { agent, parent, anchor }) =>
      `${head(seq, event.at)},"agent_id":"${agent.id}","agent_id_hash":"${agent.hash}",` +
      `"origin":"${event.origin}","parent_id":${quoted(parent?.id)},` +
      `"parent_id_hash":${quoted(parent?.hash)},"generation":${event.generation},` +
      `"lineage_id":"${agentIdText(event.lineage_id)}","capital_micro":${event.capital_micro},` +
      `"parent_capital_micro":${event.parent_capital_micro},` +
      `"mutation_sigma":${numberText(event.mutation_sigma)},` +
      `"mutated_loci":${event.mutated_loci},"gene_id":"${anchor.gene_id}",` +
      `"weights_sha256":"${anchor.weights_sha256}",${tripletText(event.capital_triplet)}}`,

    death: (seq, event, agent) => {
      const held = event.position_side !== "flat";
      return (
        `${head(seq, event.at)},"agent_id":"${agent.id}","agent_id_hash":"${agent.hash}",` +
        `"death_reason":"${event.reason}",` +
        `"death_reason_source":"${deathSourceByReason[event.reason]}",` +
        `${tripletText(event.capital_triplet)},"has_position":${held},` +
        `"position_side":${held ? `"${event.position_side}"` : "null"},` +
        `"position_side_reason":${held ? "null" : '"no_position"'},` +
        `"position_lots":${event.position_lots},` +
        `"last_signal":${numberText(event.life.last_signal)},` +
        `"state_final":"${event.life.state_final}","api_error_count_so_far":0,` +
        `"fence_block_rate_summary":${fenceText(event.fence_blocks)},` +
        `"settled_to_reserve_micro":${event.settled_to_reserve_micro},` +
        `"life":${lifeText(event.life)}}`
      );
    },

    survivor: (seq, event, agent) =>
      `${head(seq, event.at)},"agent_id":"${agent.id}","agent_id_hash":"${agent.hash}",` +
      `"life":${lifeText(event.life)}}`,

    ledger: (seq, event) =>
      `${head(seq, event.at)},"cause":"${event.cause}","alive_agents":${event.alive_agents},` +
      `"births":${event.births},"deaths":${event.deaths},` +
      `${tripletText(event.capital_triplet)},"totals":${JSON.stringify(event.totals)}}`,

    season: (seq, event) =>
      `${head(seq, event.at)},"edge":"${event.edge}","start_index":${event.start_index},` +
      `"bars":${event.bars},"alive_agents":${event.alive_agents},` +
      `${tripletText(event.capital_triplet)}}`,

    collapse: (seq, event) =>
      `${head(seq, event.at)},"event":"collapse","reason":"${event.reason}",` +
      `${tripletText(event.capital_triplet)}}`,

    reboot: (seq, event) =>
      `${head(seq, event.at)},"event":"reboot","founders":${event.founders},` +
      `"capital_micro":${event.capital_micro}}`,
  };
}

/** `"x"` or `null`. */
function quoted(text: string | undefined): string {
  return text === undefined ? "null" : `"${text}"`;
}

/** JSON has no NaN and no infinity: they are written as null and fail numerical health. */
function numberText(value: number): string {
  return Number.isFinite(value) ? `${value}` : "null";
}

function tripletText(triplet: CapitalTriplet): string {
  return (
    `"capital_triplet":{"allocated_capital_micro":${triplet.allocated_capital_micro},` +
    `"system_reserve_micro":${triplet.system_reserve_micro},` +
    `"current_total_micro":${triplet.current_total_micro}}`
  );
}

function fenceText(blocks: DeathEvent["fence_blocks"]): string {
  const rows = blocks.map(
    ({ fence_id, block_count }) => `{"fence_id":"${fence_id}","block_count":${block_count}}`,
  );
  return `[${rows.join(",")}]`;
}

function lifeText(life: LifeRecord): string {
  return (
    `{"born_tick":${life.born_tick},"age_ticks":${life.age_ticks},` +
    `"initial_capital_micro":${life.initial_capital_micro},` +
    `"capital_base_micro":${life.capital_base_micro},` +
    `"given_to_children_micro":${life.given_to_children_micro},` +
    `"trade_flow_micro":${life.trade_flow_micro},"fees_micro":${life.fees_micro},` +
    `"funding_micro":${life.funding_micro},"living_cost_micro":${life.living_cost_micro},` +
    `"position_lots":${life.position_lots},"mark_price_ticks":${life.mark_price_ticks},` +
    `"final_capital_micro":${life.final_capital_micro},"opened_long":${life.opened_long},` +
    `"opened_short":${life.opened_short},"closed":${life.closed},` +
    `"closed_with_profit":${life.closed_with_profit},"partial_fills":${life.partial_fills},` +
    `"unfilled_orders":${life.unfilled_orders},"children":${life.children},` +
    `"last_signal":${numberText(life.last_signal)},"state_final":"${life.state_final}"}`
  );
}

/** Many events share one tick, so its text is kept until the tick changes. */
function createMomentText(): (at: Moment) => string {
  let known: Moment | null = null;
  let text = "";
  return (at) => {
    if (known !== null && isSame(known, at)) return text;
    known = at;
    text =
      `"ts_utc":"${isoFromMillis(at.ts_ms)}","tick":${at.tick},"bar_index":${at.bar_index},` +
      `"season":${at.season},"segment":${at.segment}`;
    return text;
  };
}

function isSame(a: Moment, b: Moment): boolean {
  return (
    a.tick === b.tick &&
    a.ts_ms === b.ts_ms &&
    a.bar_index === b.bar_index &&
    a.season === b.season &&
    a.segment === b.segment
  );
}
