import { z } from "zod";
import { type Codec, createCodec } from "./codec.ts";
import {
  type AssetType,
  assetTypes,
  type Side,
  sides,
  type TimeInForce,
  timesInForce,
} from "./proposal.ts";
import { id, name, positive, sha256, symbol, utc } from "./shapes.ts";

export const intentSchema = "assay.intent/1";

/**
 * What a person lets the execution agent try: one order, at one venue, for a while. The agent
 * refuses it unless its own gates agree at that moment.
 */
export type Intent = Readonly<{
  schema: typeof intentSchema;
  /** Also the key under which the agent takes it once. */
  intent_id: string;
  /** The proposal it carries out; null for an order that no strategy suggested. */
  proposal_id: string | null;
  correlation_id: string | null;
  created_at_utc: string;
  valid_until_utc: string;
  venue: string;
  symbol: string;
  asset_type: AssetType;
  side: Side;
  quantity: string;
  order_type: "LIMIT" | "MARKET";
  /** Exactly for a LIMIT. */
  limit_price: string | null;
  time_in_force: TimeInForce;
  reduce_only: boolean;
  /** The change record that approved it; null until someone did. */
  approval: Readonly<{ change_id: string; record_sha256: string }> | null;
}>;

export const intentCodec: Codec<Intent> = createCodec(
  intentSchema,
  z
    .object({
      schema: z.literal(intentSchema),
      intent_id: id,
      proposal_id: sha256.nullable(),
      correlation_id: id.nullable(),
      created_at_utc: utc,
      valid_until_utc: utc,
      venue: name,
      symbol,
      asset_type: z.enum(assetTypes),
      side: z.enum(sides),
      quantity: positive,
      order_type: z.enum(["LIMIT", "MARKET"]),
      limit_price: positive.nullable(),
      time_in_force: z.enum(timesInForce),
      reduce_only: z.boolean(),
      approval: z.object({ change_id: id, record_sha256: sha256 }).nullable(),
    })
    .refine(({ order_type, limit_price }) => (order_type === "LIMIT") === (limit_price !== null), {
      message: "a LIMIT has a price, and a MARKET has none",
      path: ["limit_price"],
    }),
);
