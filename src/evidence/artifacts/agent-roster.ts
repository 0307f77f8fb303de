import type { z } from "zod";
import type { BirthOrigin } from "#core";
import {
  agentId,
  count,
  exactly,
  hex16,
  hex64,
  nullable,
  oneOf,
  positive,
  reason,
  recordOf,
  runId,
  strictRecord,
  text,
} from "./fields.ts";

/** What stands before the agents: one line, then one agent per line. */
export type RosterHead = Readonly<{
  schema_version: "agent_roster/1";
  run_id: string;
  /** Null here, so that the roster stays pure; the manifest names build and image. */
  build_git_sha: null;
  build_git_sha_reason: string;
  image_digest: null;
  image_digest_reason: string;
  feature_contract_version: string;
  feature_dimension: number;
  genome_schema_version: string;
  weights_count: number;
}>;

/** The genome anchor of one agent: which weights stand behind an agent_id_hash. */
export type RosterAgent = Readonly<{
  agent_id: string;
  /** First 16 hex of sha256(run_id + ":" + agent_id). */
  agent_id_hash: string;
  /** First 16 hex of sha256(genome_schema_version + newline + weights). */
  gene_id: string;
  /** sha256 of the weights as float32 little-endian. */
  weights_sha256: string;
  weights_count: number;
  genome_schema_version: string;
  metadata: RosterMetadata;
}>;

export type RosterMetadata = Readonly<{
  /** Null for founders: `origin` is the reason. */
  parent_id: string | null;
  origin: BirthOrigin;
  generation: number;
  lineage_id: string;
  born_tick: number;
  /** The company in which the agent's score was earned: run and segment. */
  cohort_id: string;
}>;

export const rosterHead: z.ZodType<RosterHead> = strictRecord<RosterHead>({
  schema_version: exactly("agent_roster/1"),
  run_id: runId,
  build_git_sha: exactly(null),
  build_git_sha_reason: reason,
  image_digest: exactly(null),
  image_digest_reason: reason,
  feature_contract_version: text,
  feature_dimension: positive,
  genome_schema_version: text,
  weights_count: positive,
});

const parentId = nullable(agentId);
const origin = oneOf(["founder", "split", "reboot_founder"]);

const metadata = recordOf<RosterMetadata>((take) => ({
  parent_id: take(parentId),
  origin: take(origin),
  generation: take(count),
  lineage_id: take(agentId),
  born_tick: take(count),
  cohort_id: take(text),
}));

export const rosterAgent: z.ZodType<RosterAgent> = recordOf<RosterAgent>((take) => ({
  agent_id: take(agentId),
  agent_id_hash: take(hex16),
  gene_id: take(hex16),
  weights_sha256: take(hex64),
  weights_count: take(positive),
  genome_schema_version: take(text),
  metadata: take(metadata),
}));
