import type { z } from "zod";
import { count, exactly, hex16, hex64, listOf, nullable, strictRecord } from "../fields.ts";
import { anyRunId, fileName } from "./order-fields.ts";

/** What a file of the run is; `line_count` is null for documents. */
export type RefIndexEntry = Readonly<{
  rel_path: string;
  sha256: string;
  /** The first 16 hex of it. */
  sha256_16: string;
  byte_size: number;
  line_count: number | null;
}>;

/** Written when the run ends: every file that a ref may point to, ascending by path. */
export type EvidenceRefIndex = Readonly<{
  schema_version: "evidence_ref_index/1";
  run_id: string;
  entries: readonly RefIndexEntry[];
}>;

export const evidenceRefIndex: z.ZodType<EvidenceRefIndex> = strictRecord<EvidenceRefIndex>({
  schema_version: exactly("evidence_ref_index/1"),
  run_id: anyRunId,
  entries: listOf(
    strictRecord<RefIndexEntry>({
      rel_path: fileName,
      sha256: hex64,
      sha256_16: hex16,
      byte_size: count,
      line_count: nullable(count),
    }),
  ),
});
