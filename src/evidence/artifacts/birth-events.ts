import type { z } from "zod";
import type { BirthOrigin } from "#core";
import {
  agentId,
  count,
  finite,
  hex16,
  hex64,
  nullable,
  oneOf,
  strictRecord,
  whole,
} from "./fields.ts";
import { type CapitalTripletRecord, capitalTriplet, type EventHead, eventHead } from "./moment.ts";

export type BirthLine = EventHead &
  Readonly<{
    agent_id: string;
    agent_id_hash: string;
    origin: BirthOrigin;
    /** Null for founders: `origin` is the reason. */
    parent_id: string | null;
    parent_id_hash: string | null;
    generation: number;
    lineage_id: string;
    capital_micro: number;
    /** What the parent kept; null for founders. */
    parent_capital_micro: number | null;
    /** Null only where the number broke (numerical health fails). */
    mutation_sigma: number | null;
    mutated_loci: number;
    gene_id: string;
    weights_sha256: string;
    capital_triplet: CapitalTripletRecord;
  }>;

export const birthLine: z.ZodType<BirthLine> = strictRecord<BirthLine>({
  ...eventHead,
  agent_id: agentId,
  agent_id_hash: hex16,
  origin: oneOf(["founder", "split", "reboot_founder"]),
  parent_id: nullable(agentId),
  parent_id_hash: nullable(hex16),
  generation: count,
  lineage_id: agentId,
  capital_micro: whole,
  parent_capital_micro: nullable(whole),
  mutation_sigma: nullable(finite),
  mutated_loci: count,
  gene_id: hex16,
  weights_sha256: hex64,
  capital_triplet: capitalTriplet,
});
