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
  recordOf,
  runId,
  utcTime,
  whole,
} from "./fields.ts";
import { type CapitalTripletRecord, capitalTriplet, type EventHead } from "./moment.ts";

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

const origin = oneOf(["founder", "split", "reboot_founder"]);
const parentId = nullable(agentId);
const parentHash = nullable(hex16);
const parentCapital = nullable(whole);
const sigma = nullable(finite);

export const birthLine: z.ZodType<BirthLine> = recordOf<BirthLine>((take) => ({
  run_id: take(runId),
  seq: take(count),
  ts_utc: take(utcTime),
  tick: take(count),
  bar_index: take(count),
  season: take(count),
  segment: take(count),
  agent_id: take(agentId),
  agent_id_hash: take(hex16),
  origin: take(origin),
  parent_id: take(parentId),
  parent_id_hash: take(parentHash),
  generation: take(count),
  lineage_id: take(agentId),
  capital_micro: take(whole),
  parent_capital_micro: take(parentCapital),
  mutation_sigma: take(sigma),
  mutated_loci: take(count),
  gene_id: take(hex16),
  weights_sha256: take(hex64),
  capital_triplet: take(capitalTriplet),
}));
