import type { z } from "zod";
import {
  agentId,
  base64Text,
  count,
  exactly,
  hex16,
  hex64,
  positive,
  runId,
  strictRecord,
  text,
  utcTime,
} from "./fields.ts";

/** The weights of one agent, landed at its birth. */
export type GenomeLine = Readonly<{
  run_id: string;
  ts_utc: string;
  tick: number;
  agent_id: string;
  agent_id_hash: string;
  gene_id: string;
  weights_sha256: string;
  genome_schema_version: string;
  weights_count: number;
  encoding: "base64_float32_le";
  weights: string;
}>;

export const genomeLine: z.ZodType<GenomeLine> = strictRecord<GenomeLine>({
  run_id: runId,
  ts_utc: utcTime,
  tick: count,
  agent_id: agentId,
  agent_id_hash: hex16,
  gene_id: hex16,
  weights_sha256: hex64,
  genome_schema_version: text,
  weights_count: positive,
  encoding: exactly("base64_float32_le"),
  weights: base64Text,
});
