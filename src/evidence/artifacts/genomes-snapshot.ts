import type { z } from "zod";
import {
  agentId,
  base64Text,
  count,
  exactly,
  hex16,
  hex64,
  positive,
  recordOf,
  runId,
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

const encoding = exactly("base64_float32_le");

export const genomeLine: z.ZodType<GenomeLine> = recordOf<GenomeLine>((take) => ({
  run_id: take(runId),
  ts_utc: take(utcTime),
  tick: take(count),
  agent_id: take(agentId),
  agent_id_hash: take(hex16),
  gene_id: take(hex16),
  weights_sha256: take(hex64),
  genome_schema_version: take(text),
  weights_count: take(positive),
  encoding: take(encoding),
  weights: take(base64Text),
}));
