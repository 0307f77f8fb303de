import { z } from "zod";
import { err, type Fault, ok, type Result } from "#base";
import { clean, shortText } from "../files/parse-shape.ts";
import { readDocument } from "../files/read-document.ts";
import type { RunRow } from "../tables/run-rows.ts";

/** The columns of a run that its verdict fills. */
export type VerdictPart = Pick<RunRow, "verdict" | "verdict_sha256">;

/** Reads what was said about a run when it was last verified; nothing where nobody did. */
export function readVerdict(path: string, at: string, runId: string): Result<VerdictPart, Fault> {
  const read = readDocument(path, verdictShape, at);
  if (!read.ok) {
    return read.fault.code === "file_missing" ? ok({ verdict: null, verdict_sha256: null }) : read;
  }
  const { value, sha256 } = read.value;
  if (value.run_id === runId) return ok({ verdict: value.verdict, verdict_sha256: sha256 });
  const message = `the verdict is about ${clean(value.run_id)}`;
  return err({ code: "verdict_of_other_run", message, at });
}

const verdictShape = z.object({ run_id: shortText, verdict: shortText });
