import { type Fault, type Result, utf8ToBytes } from "#base";
import { type Verdict, verdict as verdictSchema } from "../artifacts/verdict.ts";
import { readDocument as readJsonDocument } from "../reading/read-document.ts";
import { documentText } from "../run/documents.ts";
import { verdictPath } from "../run/layout.ts";
import { readDocument } from "../store/document.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import type { RunFacts } from "./run-facts.ts";

/** Verifies a run directory, reading its files. */
export type VerifyRun = (directory: string) => Result<Verdict, Fault>;

/** The verdict an incident begins with: its bytes as evidence, and what they say. */
export type LatestVerdict = Readonly<{
  from: "verdicts" | "made_at_open";
  /** Null when there is none: `reason` says why. */
  bytes: Uint8Array | null;
  /** Null when there is none, or it cannot be read. */
  verdict: Verdict | null;
  reason: string;
}>;

/** The verdict kept under the root; where none is kept, one made now. */
export function latestVerdict(
  root: string,
  directory: string,
  { run_id, name }: RunFacts,
  verify: VerifyRun,
): LatestVerdict {
  const path = verdictPath(root, run_id ?? name);
  const kept = readDocument(nodeFileSystem, path);
  if (kept.ok) {
    const { value } = readJsonDocument(path, verdictSchema);
    return { from: "verdicts", bytes: kept.value, verdict: value, reason: "verdict_unreadable" };
  }
  if (kept.fault.code !== "store_missing") {
    return { from: "verdicts", bytes: null, verdict: null, reason: kept.fault.code };
  }
  const made = verify(directory);
  if (!made.ok)
    return { from: "made_at_open", bytes: null, verdict: null, reason: made.fault.code };
  return {
    from: "made_at_open",
    bytes: verdictBytes(made.value),
    verdict: made.value,
    reason: "verdict_made",
  };
}

export function verdictBytes(verdict: Verdict): Uint8Array {
  return utf8ToBytes(documentText(verdictSchema, verdict));
}
