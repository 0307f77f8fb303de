import { z } from "zod";
import { type Codec, createCodec } from "./codec.ts";
import { digestOf } from "./digest.ts";
import { type InputRef, inputRef, maxInputs } from "./input-ref.ts";
import {
  count,
  day,
  decimal,
  id,
  line,
  name,
  notNegative,
  positive,
  sha256,
  symbol,
  utc,
  version,
} from "./shapes.ts";
import { type SwitchReading, switchReadingShape } from "./switch-reading.ts";

export const proposalSchema = "assay.proposal/1";

export const assetTypes = ["EQUITY", "OPTION", "SWAP", "SPOT"] as const;
export type AssetType = (typeof assetTypes)[number];

export const sides = ["BUY", "SELL"] as const;
export type Side = (typeof sides)[number];

export const timesInForce = ["DAY", "GTC", "IOC"] as const;
export type TimeInForce = (typeof timesInForce)[number];

export const proposalStatuses = ["PROPOSED", "REJECTED", "SUPERSEDED", "EXPIRED"] as const;
export type ProposalStatus = (typeof proposalStatuses)[number];

export type OptionContract = Readonly<{
  expiration: string;
  right: "CALL" | "PUT";
  strike: string;
  /** OCC form without spaces: `SPY240119C00450000`. */
  contract_symbol: string;
}>;

/** Where the genome behind a proposal comes from. */
export type GenomeRef = Readonly<{
  run_id: string;
  agent_id: string;
  gene_id: string;
  promotion_id: string;
}>;

export type Indicator = string | number | boolean | null;

/**
 * An order that a strategy suggests and a person may approve. It moves nothing: whoever trades
 * decides anew. Money, prices and sizes are decimal text.
 */
export type Proposal = Readonly<{
  schema: typeof proposalSchema;
  /** Digest of everything else but the status (`proposalIdOf`). */
  proposal_id: string;
  created_at_utc: string;
  strategy_name: string;
  strategy_version: string;
  correlation_id: string | null;
  /** The underlying, for an option. */
  symbol: string;
  asset_type: AssetType;
  /** Exactly for an OPTION. */
  option: OptionContract | null;
  side: Side;
  quantity: string;
  /** Null: no limit is suggested. */
  limit_price: string | null;
  time_in_force: TimeInForce;
  rationale: Readonly<{
    short_reason: string;
    indicators: Readonly<Record<string, Indicator>>;
  }>;
  /** In dollars, or null where the strategy says nothing of it. */
  risk: Readonly<{
    max_loss_usd: string | null;
    notional_usd: string | null;
    stop_loss: string | null;
    take_profit: string | null;
  }>;
  constraints: Readonly<{ valid_until_utc: string; requires_human_approval: true }>;
  inputs: readonly InputRef[];
  /** Age of the last tick, by the consumer's clock, when it was decided. */
  heartbeat_age_ms: number;
  switch: SwitchReading;
  /** Null for a strategy that is no genome. */
  genome: GenomeRef | null;
  status: ProposalStatus;
}>;

const optionContract = z.object({
  expiration: day,
  right: z.enum(["CALL", "PUT"]),
  strike: positive,
  contract_symbol: z.string().regex(/^[A-Z0-9]{1,6}\d{6}[CP]\d{8}$/, "must be an OCC symbol"),
});

const genomeRef = z.object({
  run_id: id,
  agent_id: line,
  gene_id: z.string().regex(/^[0-9a-f]{16}$/, "must be 16 hex digits"),
  promotion_id: id,
});

/** More indicators than this are a data set, not a reason. */
const maxIndicators = 64;

const indicators = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
    z.union([z.number(), z.boolean(), z.null(), line]),
  )
  .refine((record) => Object.keys(record).length <= maxIndicators, "too many indicators");

export const proposalCodec: Codec<Proposal> = createCodec(
  proposalSchema,
  z
    .object({
      schema: z.literal(proposalSchema),
      proposal_id: sha256,
      created_at_utc: utc,
      strategy_name: name,
      strategy_version: version,
      correlation_id: id.nullable(),
      symbol,
      asset_type: z.enum(assetTypes),
      option: optionContract.nullable(),
      side: z.enum(sides),
      quantity: positive,
      limit_price: positive.nullable(),
      time_in_force: z.enum(timesInForce),
      rationale: z.object({ short_reason: line, indicators }),
      risk: z.object({
        max_loss_usd: notNegative.nullable(),
        notional_usd: notNegative.nullable(),
        stop_loss: decimal.nullable(),
        take_profit: decimal.nullable(),
      }),
      constraints: z.object({
        valid_until_utc: utc,
        requires_human_approval: z.literal(true),
      }),
      inputs: z.array(inputRef).min(1).max(maxInputs),
      heartbeat_age_ms: count,
      switch: switchReadingShape,
      genome: genomeRef.nullable(),
      status: z.enum(proposalStatuses),
    })
    .refine(({ asset_type, option }) => (asset_type === "OPTION") === (option !== null), {
      message: "an OPTION has a contract, and nothing else has",
      path: ["option"],
    }),
);

/** A proposal before it has an id: what a strategy says. */
export type ProposalDraft = Omit<Proposal, "schema" | "proposal_id" | "status">;

export function createProposal(draft: ProposalDraft): Proposal {
  return {
    schema: proposalSchema,
    proposal_id: proposalIdOf(draft),
    ...draft,
    status: "PROPOSED",
  };
}

/**
 * The digest of what was proposed. A status that changes later leaves it as it is, and so that ids
 * hold across minor versions, fields that this version does not know are part of it.
 */
export function proposalIdOf(content: object): string {
  const said = Object.entries(content).filter(([key]) => !besideContent.has(key));
  return digestOf(proposalSchema, z.json().parse(Object.fromEntries(said)));
}

const besideContent: ReadonlySet<string> = new Set(["schema", "proposal_id", "status"]);
