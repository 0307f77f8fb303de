import { dirname } from "node:path";
import { type Fault, ok, type Result, utf8ToBytes } from "#base";
import { type Verdict, verdict as verdictSchema } from "../artifacts/verdict.ts";
import { documentText } from "../run/documents.ts";
import { verdictPath } from "../run/layout.ts";
import { makeDirectories, writeDocument } from "../store/document.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";

/**
 * Lands a verdict at `<root>/verdicts/<run_id>/verdict.json`, never in the run, replacing the one
 * before at once. Gives the path; null when the run's name cannot be the name of a folder.
 */
export function writeVerdict(root: string, verdict: Verdict): Result<string | null, Fault> {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}$/.test(verdict.run_id)) return ok(null);
  const path = verdictPath(root, verdict.run_id);
  const made = makeDirectories(nodeFileSystem, dirname(path));
  if (!made.ok) return made;
  const bytes = utf8ToBytes(documentText(verdictSchema, verdict));
  const written = writeDocument(nodeFileSystem, path, bytes);
  return written.ok ? ok(path) : written;
}
