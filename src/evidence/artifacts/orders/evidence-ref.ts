import type { z } from "zod";
import { type Fields, hex64, nullable, positive, strictRecord } from "../fields.ts";
import { fileName, recordId } from "./order-fields.ts";

/**
 * A pointer into the evidence of the same run, binding from the moment it is written.
 * For a line file `line_start..line_end` (from 1, inclusive) and `sha256` over exactly the bytes
 * of those lines with their line ends: lines never change, so the file may go on growing. For a
 * document both are null and `sha256` is over the whole file, which must be closed.
 */
export type EvidenceRef = Readonly<{
  file: string;
  line_start: number | null;
  line_end: number | null;
  sha256: string;
  /** Null where the run declares no audit. */
  audit_scope_id: string | null;
}>;

const evidenceRefFields: Fields<EvidenceRef> = {
  file: fileName,
  line_start: nullable(positive),
  line_end: nullable(positive),
  sha256: hex64,
  audit_scope_id: nullable(recordId),
};

export const evidenceRef: z.ZodType<EvidenceRef> = strictRecord<EvidenceRef>(evidenceRefFields);
