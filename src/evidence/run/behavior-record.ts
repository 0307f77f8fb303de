import { Defect } from "#base";
import type { BirthEvent, DeathReason, LifeRecord } from "#core";
import type { BehaviorRecord } from "../artifacts/behaviors.ts";
import type { AgentName } from "./agent-identity.ts";

/** What a behavior record repeats of a birth. */
export type Arrival = Readonly<{
  genome_index: number;
  origin: BirthEvent["origin"];
  birth_time: string;
}>;

/** How one agent behaved over its life; `reason` is null for the living. */
export function behaviorOf(
  agent: AgentName,
  life: LifeRecord,
  { reason, arrival }: Readonly<{ reason: DeathReason | null; arrival: Arrival | undefined }>,
): BehaviorRecord {
  if (arrival === undefined) throw new Defect(`${agent.id} ended without a birth`);
  return {
    genome_index: arrival.genome_index,
    agent_id: agent.id,
    agent_id_hash: agent.hash,
    origin: arrival.origin,
    is_alive: reason === null,
    birth_time: arrival.birth_time,
    born_tick: life.born_tick,
    age_ticks: life.age_ticks,
    initial_capital_micro: life.initial_capital_micro,
    final_capital_micro: life.final_capital_micro,
    trades: life.opened_long + life.opened_short,
    closed: life.closed,
    win_rate: life.closed === 0 ? null : life.closed_with_profit / life.closed,
    win_rate_reason: life.closed === 0 ? "no_closed_position" : null,
    last_signal: Number.isFinite(life.last_signal) ? life.last_signal : null,
    state_final: life.state_final,
    death_reason: reason,
    death_reason_reason: reason === null ? "alive_at_the_end" : null,
  };
}
