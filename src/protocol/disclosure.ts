import { z } from "zod";
import { type Codec, createCodec } from "./codec.ts";
import { code, count, day, line, notNegative, sha256, utc } from "./shapes.ts";

export const disclosureSchema = "assay.disclosure/1";

export const transactionTypes = [
  "purchase",
  "sale",
  "sale_partial",
  "sale_full",
  "exchange",
] as const;
export type TransactionType = (typeof transactionTypes)[number];

/** One trade of a member of the US Congress, as disclosed. Unknown is null. */
export type Disclosure = Readonly<{
  schema: typeof disclosureSchema;
  /** Digest of the normalised trade; the same trade has it from whatever file it is read. */
  disclosure_id: string;
  politician: string;
  /** `house:virginia-foxx`: our own key, for grouping. */
  politician_id: string;
  chamber: "house" | "senate";
  party: string | null;
  state: string | null;
  district: string | null;
  owner: "self" | "spouse" | "joint" | "dependent" | null;
  ticker: string | null;
  asset_type: string | null;
  asset_description: string | null;
  transaction_type: TransactionType;
  transaction_date: string;
  disclosure_date: string;
  /** Days from trade to disclosure. */
  lag_days: number;
  /** As disclosed, and its bounds in whole dollars; no upper bound is null. */
  amount_range: string;
  amount_min: string;
  amount_max: string | null;
  /** Half of the sum of the bounds; null without an upper one. */
  amount_midpoint: string | null;
  comment: string | null;
  filing_url: string | null;
  /** Codes of what is wrong with it and was let pass. */
  defects: readonly string[];
  source: Readonly<{
    name: string;
    sha256: string | null;
    row: number | null;
    read_at_utc: string;
  }>;
}>;

const text = z.string().min(1).max(2000);

export const disclosureCodec: Codec<Disclosure> = createCodec(
  disclosureSchema,
  z.object({
    schema: z.literal(disclosureSchema),
    disclosure_id: sha256,
    politician: line,
    politician_id: line,
    chamber: z.enum(["house", "senate"]),
    party: line.nullable(),
    state: line.nullable(),
    district: line.nullable(),
    owner: z.enum(["self", "spouse", "joint", "dependent"]).nullable(),
    ticker: line.nullable(),
    asset_type: line.nullable(),
    asset_description: text.nullable(),
    transaction_type: z.enum(transactionTypes),
    transaction_date: day,
    disclosure_date: day,
    lag_days: count,
    amount_range: line,
    amount_min: notNegative,
    amount_max: notNegative.nullable(),
    amount_midpoint: notNegative.nullable(),
    comment: text.nullable(),
    filing_url: line.nullable(),
    defects: z.array(code),
    source: z.object({
      name: line,
      sha256: sha256.nullable(),
      row: count.nullable(),
      read_at_utc: utc,
    }),
  }),
);
