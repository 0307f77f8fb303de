import { isoFromMillis, unreachable } from "#base";
import type { CollapseEvent, DeathEvent, RunEvent, SurvivorEvent } from "#core";
import type { PopulationStats } from "../artifacts/run-summary.ts";
import { type AgentName, agentName } from "./agent-identity.ts";
import { behaviorOf } from "./behavior-record.ts";
import { createBirthRecorder } from "./birth-recorder.ts";
import { createEventLines } from "./event-lines.ts";
import { createNumericalHealth } from "./numerical-health.ts";
import { createStatsCollector, type StatsCollector } from "./population-stats.ts";
import type { RunFiles } from "./run-files.ts";
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
  const marks: Marks = { collapses: [], reboots: [] };
  const health = createNumericalHealth(plan.config.initial_total_capital_micro);
  let seq = 0;

  function life(event: DeathEvent | SurvivorEvent, stats: readonly StatsCollector[]): AgentName {
    const { life: numbers } = event;
    for (const collector of stats) collector.add(numbers, births.isFounder(numbers.agent_id));
    health.money(numbers.final_capital_micro);
    health.number(numbers.last_signal);
    const agent = agentName(runId, numbers.agent_id);
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
      case "collapse":
        marks.collapses.push(markOf(event));
        files.collapses.line(lines.collapse(seq, event));
        break;
      case "reboot":
        marks.reboots.push({ tick: event.at.tick });
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
      ...marks,
      ...health.flags(),
    }),
  };
}

type Marks = Readonly<{ collapses: CollapseMark[]; reboots: RebootMark[] }>;

function markOf({ at, reason }: CollapseEvent): CollapseMark {
  return { tick: at.tick, ts_utc: isoFromMillis(at.ts_ms), reason };
}
