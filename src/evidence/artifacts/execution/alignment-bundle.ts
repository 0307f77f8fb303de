import type { z } from "zod";
import type { JsonRecord } from "../fields.ts";
import {
  count,
  exactly,
  flag,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  utcTime,
} from "../fields.ts";
import { anyRunId, code, foreignJson, reasonedRecord, recordId } from "../orders/order-fields.ts";

/** One field of the port and the member of the venue's answer it was read from. */
export type FieldMapping = Readonly<{
  port_field: string;
  venue_field: string;
  /** Answers of the sample that carried it. */
  present: boolean;
}>;

/** One operation as this run used it. */
export type AlignedOperation = Readonly<{
  operation: string;
  method: string;
  endpoint: string;
  calls: number;
  /** E market, I own state, M friction, C colony: what a wrong field would spoil. */
  impact: "E" | "I" | "M" | "C";
  fields: readonly FieldMapping[];
  sample_id: string | null;
  sample_id_reason: string | null;
}>;

/** `<library>_alignment_report.json`: what the library's words mean here, with what it was seen. */
export type AlignmentReport = Readonly<{
  schema_version: "execution_alignment/1";
  run_id: string;
  ts_utc: string;
  exchange_lib: "direct" | "okx_sdk" | "ccxt";
  exchange_id: string;
  env: "okx_demo" | "okx_live";
  inst_id: string;
  execution_alignment_ok: boolean;
  operations: readonly AlignedOperation[];
  missing_field_policy: string;
  known_risks: readonly string[];
}>;

export const alignmentReport: z.ZodType<AlignmentReport> = strictRecord<AlignmentReport>({
  schema_version: exactly("execution_alignment/1"),
  run_id: anyRunId,
  ts_utc: utcTime,
  exchange_lib: oneOf(["direct", "okx_sdk", "ccxt"]),
  exchange_id: code,
  env: oneOf(["okx_demo", "okx_live"]),
  inst_id: recordId,
  execution_alignment_ok: flag,
  operations: listOf(
    reasonedRecord<AlignedOperation>({
      operation: code,
      method: code,
      endpoint: reason,
      calls: count,
      impact: oneOf(["E", "I", "M", "C"]),
      fields: listOf(
        strictRecord<FieldMapping>({ port_field: reason, venue_field: reason, present: flag }),
      ),
      sample_id: nullable(recordId),
      sample_id_reason: nullable(reason),
    }),
  ),
  missing_field_policy: reason,
  known_risks: listOf(reason),
});

/** One answer as it came, without keys; long lists are cut and say so. */
export type RawAnswer = Readonly<{
  sample_id: string;
  operation: string;
  endpoint: string;
  http_status: number | null;
  rows_left_out: number;
  raw: JsonRecord;
}>;

/** `<library>_raw_samples.json` */
export type RawSamplesDocument = Readonly<{
  schema_version: "execution_raw_samples/1";
  run_id: string;
  samples: readonly RawAnswer[];
}>;

export const rawSamplesDocument: z.ZodType<RawSamplesDocument> = strictRecord<RawSamplesDocument>({
  schema_version: exactly("execution_raw_samples/1"),
  run_id: anyRunId,
  samples: listOf(
    strictRecord<RawAnswer>({
      sample_id: recordId,
      operation: code,
      endpoint: reason,
      http_status: nullable(count),
      rows_left_out: count,
      raw: foreignJson,
    }),
  ),
});
