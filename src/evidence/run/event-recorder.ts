import { isoFromMillis, unreachable } from "#base";
import type { BirthEvent, DeathEvent, RunEvent, SurvivorEvent } from "#core";
import type { PopulationStats } from "../artifacts/run-summary.ts";
import {
  agentIdHash,
  agentIdText,
  createGenomeAnchorer,
  type GenomeAnchor,
} from "./agent-identity.ts";
import { type Arrival, behaviorOf } from "./behavior-record.ts";
import { type AgentName, createEventLines } from "./event-lines.ts";
import { createNumericalHealth } from "./numerical-health.ts";
import { createStatsCollector, type StatsCollector } from "./population-stats.ts";
import { type RunFiles, schemaOfPlan } from "./run-files.ts";
import { type RunPlan, runIdOfPlan } from "./run-plan.ts";
import type { CollapseMark, RebootMark } from "./survival-kpi.ts";

/** Turns the run's events into lines, and keeps what the summary needs of them. */
export type EventRecorder = Readonly<{
  record: (event: RunEvent) => void;
  facts: () => RecordedFacts;
}>;

export type RecordedFacts = Readonly<{
  all_agents: PopulationStats;
  survivors: PopulationStats;
  collapses: readonly CollapseMark[];
  reboots: readonly RebootMark[];
  has_nan: boolean;
  has_inf: boolean;
  has_explosion: boolean;
}>;

export function createEventRecorder(plan: RunPlan, files: RunFiles): EventRecorder {
  const runId = runIdOfPlan(plan);
  const lines = createEventLines(runId);
  const births = createBirthRecorder(plan, files);
  const all = createStatsCollector();
  const survivors = createStatsCollector();
  const collapses: CollapseMark[] = [];
  const reboots: RebootMark[] = [];
  const health = createNumericalHealth(plan.config.initial_total_capital_micro);
  let seq = 0;

  function life(event: DeathEvent | SurvivorEvent, stats: readonly StatsCollector[]): AgentName {
    const { life: numbers } = event;
    for (const collector of stats) collector.add(numbers, births.isFounder(numbers.agent_id));
    health.money(numbers.final_capital_micro);
    health.number(numbers.last_signal);
    const agent = nameOf(runId, numbers.agent_id);
    if (files.behaviors !== null) {
      const reason = event.type === "death" ? event.reason : null;
      const arrival = births.arrivalOf(numbers.agent_id);
      const behavior = behaviorOf(agent, numbers, { reason, arrival });
      files.behaviors.record(JSON.stringify(behavior));
    }
    return agent;
  }

  function record(event: RunEvent): void {
    switch (event.type) {
      case "birth":
        health.genes(event.weights);
        health.number(event.mutation_sigma);
        files.births.line(lines.birth(seq, event, births.record(event)));
        break;
      case "death":
        files.deaths.line(lines.death(seq, event, life(event, [all])));
        break;
      case "survivor":
        files.survivors.line(lines.survivor(seq, event, life(event, [all, survivors])));
        break;
      case "ledger":
        health.money(event.capital_triplet.current_total_micro);
        files.ledger.line(lines.ledger(seq, event));
        break;
      case "season":
        files.seasons.line(lines.season(seq, event));
        break;
      case "collapse": {
        const { tick, ts_ms } = event.at;
        collapses.push({ tick, ts_utc: isoFromMillis(ts_ms), reason: event.reason });
        files.collapses.line(lines.collapse(seq, event));
        break;
      }
      case "reboot":
        reboots.push({ tick: event.at.tick });
        files.collapses.line(lines.reboot(seq, event));
        break;
      default:
        unreachable(event);
    }
    seq += 1;
  }

  return {
    record,
    facts: () => ({
      all_agents: all.stats(),
      survivors: survivors.stats(),
      collapses,
      reboots,
      ...health.flags(),
    }),
  };
}

type BirthRecorder = Readonly<{
  record: (event: BirthEvent) => Readonly<{
    agent: AgentName;
    parent: AgentName | null;
    anchor: GenomeAnchor;
  }>;
  isFounder: (agentId: number) => boolean;
  /** Hands out and forgets: what a behavior record repeats of a birth is kept for the living. */
  arrivalOf: (agentId: number) => Arrival | undefined;
}>;

/** Lands roster entry, genome and matrix row of each birth. */
function createBirthRecorder(plan: RunPlan, files: RunFiles): BirthRecorder {
  const runId = runIdOfPlan(plan);
  const { genome_schema_version: version, weights_count: weights } = schemaOfPlan(plan);
  const anchorer = createGenomeAnchorer(version, weights);
  const founders = new Set<number>();
  const arrivals = new Map<number, Arrival>();

  function record(event: BirthEvent): ReturnType<BirthRecorder["record"]> {
    const agent = nameOf(runId, event.agent_id);
    const anchor = anchorer.fromFloats(event.weights);
    if (event.origin !== "split") founders.add(event.agent_id);
    const parentId = event.parent_id === null ? "null" : `"${agentIdText(event.parent_id)}"`;
    const names =
      `"agent_id":"${agent.id}","agent_id_hash":"${agent.hash}","gene_id":"${anchor.gene_id}",` +
      `"weights_sha256":"${anchor.weights_sha256}"`;
    files.roster.record(
      `{${names},"weights_count":${weights},"genome_schema_version":"${version}",` +
        `"metadata":{"parent_id":${parentId},"origin":"${event.origin}",` +
        `"generation":${event.generation},"lineage_id":"${agentIdText(event.lineage_id)}",` +
        `"born_tick":${event.at.tick},"cohort_id":"${cohortId(runId, event.at.segment)}"}}`,
    );
    files.genomes.line(
      `{"run_id":"${runId}","ts_utc":"${isoFromMillis(event.at.ts_ms)}",` +
        `"tick":${event.at.tick},${names},"genome_schema_version":"${version}",` +
        `"weights_count":${weights},"encoding":"base64_float32_le","weights":"${anchor.base64}"}`,
    );
    if (files.matrix !== null) {
      const birth_time = isoFromMillis(event.at.ts_ms);
      const genome_index = event.agent_id - 1;
      arrivals.set(event.agent_id, { genome_index, origin: event.origin, birth_time });
      files.matrix.row(event.weights);
    }
    const parent = event.parent_id === null ? null : nameOf(runId, event.parent_id);
    return { agent, parent, anchor };
  }

  return {
    record,
    isFounder: (agentId) => founders.has(agentId),
    arrivalOf(agentId): Arrival | undefined {
      const arrival = arrivals.get(agentId);
      arrivals.delete(agentId);
      return arrival;
    },
  };
}

/** All agents of one segment live and compete together. */
export function cohortId(runId: string, segment: number): string {
  return `${runId}:${segment}`;
}

function nameOf(runId: string, agentId: number): AgentName {
  const id = agentIdText(agentId);
  return { id, hash: agentIdHash(runId, id) };
}
