import type { z } from "zod";
import { exactly, nullable, positive, reason, text } from "../fields.ts";
import { anyRunId, reasonedRecord } from "./order-fields.ts";

/**
 * The head of agent_roster.json in a run of any tier. A venue run is not a pure function of its
 * inputs, so it may name build and image here, as seeds/000 asks.
 */
export type VenueRosterHead = Readonly<{
  schema_version: "agent_roster/1";
  run_id: string;
  build_git_sha: string | null;
  build_git_sha_reason: string | null;
  image_digest: string | null;
  image_digest_reason: string | null;
  feature_contract_version: string;
  feature_dimension: number;
  genome_schema_version: string;
  weights_count: number;
}>;

export const venueRosterHead: z.ZodType<VenueRosterHead> = reasonedRecord<VenueRosterHead>({
  schema_version: exactly("agent_roster/1"),
  run_id: anyRunId,
  build_git_sha: nullable(reason),
  build_git_sha_reason: nullable(reason),
  image_digest: nullable(reason),
  image_digest_reason: nullable(reason),
  feature_contract_version: text,
  feature_dimension: positive,
  genome_schema_version: text,
  weights_count: positive,
});
