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
  strictRecord,
  whole,
} from "./fields.ts";
import { type LifeLine, lifeLine } from "./life-record.ts";
import { type CapitalTripletRecord, capitalTriplet, type EventHead, eventHead } from "./moment.ts";

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

export const deathLine: z.ZodType<DeathLine> = strictRecord<DeathLine>({
  ...eventHead,
  agent_id: agentId,
  agent_id_hash: hex16,
  death_reason: oneOf(["capital_depleted", "liquidated", "review_culled"]),
  death_reason_source: oneOf(["lifecycle_capital", "exchange_liquidation", "lifecycle_review"]),
  capital_triplet: capitalTriplet,
  has_position: flag,
  position_side: nullable(oneOf(["long", "short"])),
  position_side_reason: nullable(reason),
  position_lots: whole,
  last_signal: nullable(finite),
  state_final: oneOf(["OUT_MARKET", "IN_MARKET"]),
  api_error_count_so_far: exactly(0),
  fence_block_rate_summary: listOf(
    strictRecord<FenceBlocks>({ fence_id: reason, block_count: count }),
  ),
  settled_to_reserve_micro: whole,
  life: lifeLine,
});
