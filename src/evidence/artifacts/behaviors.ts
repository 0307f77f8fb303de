import type { z } from "zod";
import type { BirthOrigin, DeathReason } from "#core";
import {
  agentId,
  count,
  exactly,
  finite,
  flag,
  hex16,
  nullable,
  oneOf,
  reason,
  runId,
  strictRecord,
  text,
  utcTime,
  whole,
} from "./fields.ts";

/** What stands before the records: one line, then one record per line. */
export type BehaviorsHead = Readonly<{
  schema_version: "behaviors/1";
  run_id: string;
  genome_schema_version: string;
  /** Row genome_index of this file holds the genome of a record. */
  genomes_file: string;
}>;

/** How one agent behaved over its life. */
export type BehaviorRecord = Readonly<{
  genome_index: number;
  agent_id: string;
  agent_id_hash: string;
  origin: BirthOrigin;
  is_alive: boolean;
  birth_time: string;
  born_tick: number;
  age_ticks: number;
  initial_capital_micro: number;
  final_capital_micro: number;
  /** Positions opened. */
  trades: number;
  closed: number;
  /** closed_with_profit / closed. */
  win_rate: number | null;
  win_rate_reason: string | null;
  last_signal: number | null;
  state_final: "OUT_MARKET" | "IN_MARKET";
  death_reason: DeathReason | null;
  death_reason_reason: string | null;
}>;

export const behaviorsHead: z.ZodType<BehaviorsHead> = strictRecord<BehaviorsHead>({
  schema_version: exactly("behaviors/1"),
  run_id: runId,
  genome_schema_version: text,
  genomes_file: text,
});

export const behaviorRecord: z.ZodType<BehaviorRecord> = strictRecord<BehaviorRecord>({
  genome_index: count,
  agent_id: agentId,
  agent_id_hash: hex16,
  origin: oneOf(["founder", "split", "reboot_founder"]),
  is_alive: flag,
  birth_time: utcTime,
  born_tick: count,
  age_ticks: count,
  initial_capital_micro: whole,
  final_capital_micro: whole,
  trades: count,
  closed: count,
  win_rate: nullable(finite),
  win_rate_reason: nullable(reason),
  last_signal: nullable(finite),
  state_final: oneOf(["OUT_MARKET", "IN_MARKET"]),
  death_reason: nullable(oneOf(["capital_depleted", "liquidated", "review_culled"])),
  death_reason_reason: nullable(reason),
});
