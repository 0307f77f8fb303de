import { dirname, join } from "node:path";
import { type Fault, ok, type Result, utf8ToBytes } from "#base";
import { type Verdict, verdict as verdictSchema } from "../artifacts/verdict.ts";
import { documentText } from "../run/documents.ts";
import { verdictPath } from "../run/layout.ts";
import { makeDirectories, writeDocument } from "../store/document.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import type { RunTrust } from "./run-trust.ts";

/**
 * On whose word a verdict was given. Only one under the installation's own policy is the verdict of
 * the run; the others are answers to somebody's question and lie beside it.
 */
export type VerdictBasis = "own" | "other_policy" | "integrity_only" | "no_policy";

/**
 * What a verdict was asked under: integrity alone (no trust), a policy file of the caller's or keys
 * of another installation, no policy at all, or the installation's own. Without a policy an
 * unsigned run gets the answer that every policy gives, and a signed one does not.
 */
export function verdictBasis(
  verdict: Verdict,
  asked: Readonly<{ policyFile: string | null; trust: RunTrust | null }>,
): VerdictBasis {
  if (asked.trust === null) return "integrity_only";
  if (asked.policyFile !== null || isStranger(verdict, asked.trust)) return "other_policy";
  const isUnknown = verdict.claims.some(
    ({ id, reason }) => id === "authenticity" && reason === "no_policy",
  );
  return isUnknown ? "no_policy" : "own";
}

/**
 * Keys whose policy does not know who signs the log of this root, and that never saw that log: they
 * are of another installation. One that saw it before is told that its log was spoiled.
 */
function isStranger({ findings }: Verdict, { memory }: RunTrust): boolean {
  const isUnsigned = findings.some(({ code }) => code === "log_checkpoint_wrong");
  return isUnsigned && (memory === null || !hasSeen(memory.directory));
}

/** What cannot be looked at may be there. */
function hasSeen(directory: string): boolean {
  const looked = attemptIo("read", directory, () => nodeFileSystem.look(directory));
  return !looked.ok || looked.value !== null;
}

/**
 * Lands a verdict under `<root>/verdicts/<run_id>/`, never in the run, replacing the one before of
 * the same basis at once. Gives the path; null when the run's name cannot be the name of a folder.
 */
export function writeVerdict(
  root: string,
  verdict: Verdict,
  basis: VerdictBasis,
): Result<string | null, Fault> {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}$/.test(verdict.run_id)) return ok(null);
  const own = verdictPath(root, verdict.run_id);
  const path = basis === "own" ? own : join(dirname(own), `verdict.${basis}.json`);
  const made = makeDirectories(nodeFileSystem, dirname(path));
  if (!made.ok) return made;
  const bytes = utf8ToBytes(documentText(verdictSchema, verdict));
  const written = writeDocument(nodeFileSystem, path, bytes);
  return written.ok ? ok(path) : written;
}
