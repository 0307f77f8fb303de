import { z } from "zod";
import {
  count,
  exactly,
  type Fields,
  flag,
  hex64,
  listOf,
  nullable,
  oneOf,
  reason,
  strictRecord,
  text,
  utcTime,
} from "../artifacts/fields.ts";
import { incidentIdForm } from "./incident-files.ts";

/** One file as it was when the incident was opened. */
export type FrozenFile = Readonly<{
  /** Its name in the run, or `verdict.json`. */
  file: string;
  /**
   * - run: a file of the run directory.
   * - verdicts: the latest verdict that was kept.
   * - made_at_open: no verdict was kept, so the verifier was run.
   */
  from: "run" | "verdicts" | "made_at_open";
  required: boolean;
  /** A copy lies in the bundle; otherwise size and sha256 stand for the file. */
  copied: boolean;
  /** Null when the file could not be read: `problem` says why. */
  size: number | null;
  sha256: string | null;
  problem: string | null;
}>;

export type BundleIndex = Readonly<{
  schema_version: "incident_bundle/1";
  incident_id: string;
  frozen_at: string;
  run_directory: string;
  files: readonly FrozenFile[];
  /** Files of the run beyond the bound of this list, which nobody looked at. */
  files_left_out: number;
  missing_required_files: readonly string[];
  missing_required_files_count: number;
}>;

const frozenFields: Fields<FrozenFile> = {
  file: text,
  from: oneOf(["run", "verdicts", "made_at_open"]),
  required: flag,
  copied: flag,
  size: nullable(count),
  sha256: nullable(hex64),
  problem: nullable(reason),
};

export const bundleIndex: z.ZodType<BundleIndex> = strictRecord<BundleIndex>({
  schema_version: exactly("incident_bundle/1"),
  incident_id: z.string().regex(incidentIdForm),
  frozen_at: utcTime,
  run_directory: reason,
  files: listOf(strictRecord<FrozenFile>(frozenFields)),
  files_left_out: count,
  missing_required_files: listOf(reason),
  missing_required_files_count: count,
});
