import { z } from "zod";
import { type Codec, createCodec } from "./codec.ts";
import { digestOf } from "./digest.ts";
import { type InputRef, inputRef, maxInputs } from "./input-ref.ts";
import { count, id, line, name, sha256, symbol, utc, version } from "./shapes.ts";
import { type SwitchReading, switchReadingShape } from "./switch-reading.ts";

export const refusalSchema = "assay.refusal/1";

/**
 * Why a strategy proposes nothing although it was asked. The list only grows.
 * - marketdata_stale, marketdata_unreachable: the judgement of `/healthz`.
 * - halted: the switch halts; off_mode: the agent is OFF.
 * - market_closed: nothing can be decided now.
 * - no_promoted_genome, promotion_unverified: nothing earned a seat, or it cannot be shown.
 * - input_missing, input_malformed, input_stale: what it would decide on.
 * - strategy_failed, strategy_timed_out: the process of the strategy.
 * - proposal_invalid: its answer did not pass `checkProposal`.
 * - evidence_unwritten: a proposal that has not landed is not published.
 * - rate_limited: more proposals than its limit.
 */
export const refusalCodes = [
  "marketdata_stale",
  "marketdata_unreachable",
  "halted",
  "off_mode",
  "market_closed",
  "no_promoted_genome",
  "promotion_unverified",
  "input_missing",
  "input_malformed",
  "input_stale",
  "strategy_failed",
  "strategy_timed_out",
  "proposal_invalid",
  "evidence_unwritten",
  "rate_limited",
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export type Refusal = Readonly<{
  schema: typeof refusalSchema;
  /** Digest of everything else (`createRefusal`). */
  refusal_id: string;
  refused_at_utc: string;
  strategy_name: string;
  strategy_version: string;
  correlation_id: string | null;
  /** Null where the refusal is about no symbol in particular. */
  symbol: string | null;
  reason_code: RefusalCode;
  detail: string;
  inputs: readonly InputRef[];
  /** Null when no tick could be dated. */
  heartbeat_age_ms: number | null;
  switch: SwitchReading;
}>;

export const refusalCodec: Codec<Refusal> = createCodec(
  refusalSchema,
  z.object({
    schema: z.literal(refusalSchema),
    refusal_id: sha256,
    refused_at_utc: utc,
    strategy_name: name,
    strategy_version: version,
    correlation_id: id.nullable(),
    symbol: symbol.nullable(),
    reason_code: z.enum(refusalCodes),
    detail: line,
    inputs: z.array(inputRef).max(maxInputs),
    heartbeat_age_ms: count.nullable(),
    switch: switchReadingShape,
  }),
);

export function createRefusal(draft: Omit<Refusal, "schema" | "refusal_id">): Refusal {
  return { schema: refusalSchema, refusal_id: digestOf(refusalSchema, draft), ...draft };
}
