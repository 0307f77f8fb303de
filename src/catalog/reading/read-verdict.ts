import { z } from "zod";
import { shortText } from "../files/parse-shape.ts";
import { readDocument } from "../files/read-document.ts";
import type { RunRow } from "../tables/run-rows.ts";

/** The columns of a run that its verdict fills. */
export type VerdictPart = Pick<RunRow, "verdict" | "verdict_reason" | "verdict_sha256">;

/**
 * Reads what was said about a run when it was last verified. The verdict lies outside the run, so
 * one that cannot be read hides nothing but itself.
 */
export function readVerdict(path: string, at: string, runId: string): VerdictPart {
  const read = readDocument(path, verdictShape, at);
  if (!read.ok)
    return without(read.fault.code === "file_missing" ? "not_verified" : read.fault.code);
  const { value, sha256 } = read.value;
  if (value.run_id !== runId) return without("verdict_of_other_run");
  return { verdict: value.verdict, verdict_reason: null, verdict_sha256: sha256 };
}

function without(verdict_reason: string): VerdictPart {
  return { verdict: null, verdict_reason, verdict_sha256: null };
}

const verdictShape = z.object({ run_id: shortText, verdict: shortText });
