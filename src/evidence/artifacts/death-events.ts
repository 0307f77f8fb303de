import type { z } from "zod";
import type { DeathReason } from "#core";
import {
  agentId,
  count,
  exactly,
  finite,
  flag,
  hex16,
  listOf,
  nullable,
  oneOf,
  reason,
  recordOf,
  runId,
  utcTime,
  whole,
} from "./fields.ts";
import { type LifeLine, lifeLine } from "./life-record.ts";
import { type CapitalTripletRecord, capitalTriplet, type EventHead } from "./moment.ts";

/** Which rule of the world took the agent; only the review is administrative. */
export const deathSourceByReason: Readonly<Record<DeathReason, DeathSource>> = {
  capital_depleted: "lifecycle_capital",
  liquidated: "exchange_liquidation",
  review_culled: "lifecycle_review",
};

export type DeathSource = "lifecycle_capital" | "exchange_liquidation" | "lifecycle_review";

export type FenceBlocks = Readonly<{ fence_id: string; block_count: number }>;

export type DeathLine = EventHead &
  Readonly<{
    agent_id: string;
    agent_id_hash: string;
    death_reason: DeathReason;
    death_reason_source: DeathSource;
    /** After settlement. */
    capital_triplet: CapitalTripletRecord;
    /** Position held when death struck, before it was closed. */
    has_position: boolean;
    position_side: "long" | "short" | null;
    position_side_reason: string | null;
    position_lots: number;
    last_signal: number | null;
    state_final: "OUT_MARKET" | "IN_MARKET";
    /** An offline run calls no API. */
    api_error_count_so_far: 0;
    fence_block_rate_summary: readonly FenceBlocks[];
    /** What returned to the reserve; negative = shortfall that the reserve paid. */
    settled_to_reserve_micro: number;
    life: LifeLine;
  }>;

const deathReason = oneOf(["capital_depleted", "liquidated", "review_culled"]);
const deathSource = oneOf(["lifecycle_capital", "exchange_liquidation", "lifecycle_review"]);
const positionSide = nullable(oneOf(["long", "short"]));
const positionReason = nullable(reason);
const lastSignal = nullable(finite);
const stateFinal = oneOf(["OUT_MARKET", "IN_MARKET"]);
const none = exactly(0);
const fenceBlocks = listOf(
  recordOf<FenceBlocks>((take) => ({ fence_id: take(reason), block_count: take(count) })),
);

export const deathLine: z.ZodType<DeathLine> = recordOf<DeathLine>((take) => ({
  run_id: take(runId),
  seq: take(count),
  ts_utc: take(utcTime),
  tick: take(count),
  bar_index: take(count),
  season: take(count),
  segment: take(count),
  agent_id: take(agentId),
  agent_id_hash: take(hex16),
  death_reason: take(deathReason),
  death_reason_source: take(deathSource),
  capital_triplet: take(capitalTriplet),
  has_position: take(flag),
  position_side: take(positionSide),
  position_side_reason: take(positionReason),
  position_lots: take(whole),
  last_signal: take(lastSignal),
  state_final: take(stateFinal),
  api_error_count_so_far: take(none),
  fence_block_rate_summary: take(fenceBlocks),
  settled_to_reserve_micro: take(whole),
  life: take(lifeLine),
}));
