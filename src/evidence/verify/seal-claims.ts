import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { FileFacts } from "../reading/read-chunks.ts";
import { checkSeal } from "../seal/check-seal.ts";
import { sealFiles } from "../seal/seal-files.ts";
import { authenticityClaim, checkAuthenticity } from "./authenticity.ts";
import { checkInstallationLog, installationLogClaim } from "./installation-log.ts";
import type { Evidence } from "./judge.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import type { RunTrust } from "./run-trust.ts";
import { reportSeal, sealClaim } from "./seal-integrity.ts";

/** The claims about the seal of a run, in the order they are reported. */
export const sealClaims: readonly ClaimName[] = [
  sealClaim,
  authenticityClaim,
  installationLogClaim,
];

type ClaimName = Readonly<{ id: string; clause: string }>;

/** The run as its seal has to know it; the claims about a world know more of it. */
export type SealSubject = Readonly<{
  directory: string;
  /** The name of the directory. */
  name: string;
  manifest: Readonly<{ run_id: string }>;
}>;

export type SealContext = Readonly<{
  root: string | null;
  trust: RunTrust | null;
  /** Whether retention took a file of a detached folder. */
  isRetainedOut?: (path: string) => boolean;
  /** Files that were read through for other claims, with their digests. */
  known?: ReadonlyMap<string, FileFacts>;
}>;

/**
 * What the seal proves. Null trust asks for integrity alone: who sealed and what the log knows is
 * then none of this verdict's, and it says so.
 */
export function sealEvidence(run: SealSubject, context: SealContext): readonly Evidence[] {
  const { root, trust } = context;
  const isSigned = isThere(join(run.directory, sealFiles.statement));
  return [
    integrity(run, isSigned, context),
    authenticity(run, trust, isSigned),
    logged(run, { root, trust, isSigned }),
  ];
}

/** Whether anything of a signed seal lies there; SHA256SUMS alone is every finished run's. */
export function hasPartOfSeal(directory: string): boolean {
  return partsOfSeal.some((path) => isThere(join(directory, path)));
}

/** Names in a run directory. */
export const partsOfSeal: readonly string[] = [sealFiles.statement, "tlog", "proofs"];

function integrity(
  run: SealSubject,
  isSigned: boolean,
  { isRetainedOut = (): boolean => false, known = new Map() }: SealContext,
): Evidence {
  const { directory, manifest } = run;
  const report = createReporter(sealClaim.id, manifest.run_id);
  if (!hasPartOfSeal(directory)) {
    return evidenceOf(sealClaim, report, { notApplicable: "not_signed" });
  }
  reportMissingParts(directory, report);
  if (!isSigned) return evidenceOf(sealClaim, report, {});
  const options = { policy: null, runId: manifest.run_id, isRetainedOut, known };
  const check = checkSeal(directory, options);
  if (!check.ok) return evidenceOf(sealClaim, report, { notMeasurable: "run_unreadable" });
  reportSeal(check.value, report);
  return evidenceOf(sealClaim, report, {});
}

/** A seal is there whole or not at all: what is left of one proves that it was begun or robbed. */
function reportMissingParts(directory: string, report: Reporter): void {
  for (const file of Object.values(sealFiles)) {
    if (isThere(join(directory, file))) continue;
    const why = "it was taken away, or the sealing was cut off";
    const detail = `the rest of the seal is there and this is not: ${why}`;
    report.fileFinding({ code: "seal_incomplete", file, line: null, field: null, detail });
  }
}

function authenticity(run: SealSubject, trust: RunTrust | null, isSigned: boolean): Evidence {
  const report = createReporter(authenticityClaim.id, run.manifest.run_id);
  if (trust === null) {
    return evidenceOf(authenticityClaim, report, { notApplicable: "integrity_only" });
  }
  if (!isSigned) return evidenceOf(authenticityClaim, report, { notMeasurable: "not_signed" });
  if (trust.policy === null) {
    return evidenceOf(authenticityClaim, report, { notMeasurable: "no_policy" });
  }
  checkAuthenticity(run.directory, trust.policy, report);
  return evidenceOf(authenticityClaim, report, {});
}

type LoggedRun = Readonly<{ root: string | null; trust: RunTrust | null; isSigned: boolean }>;

function logged(run: SealSubject, { root, trust, isSigned }: LoggedRun): Evidence {
  const report = createReporter(installationLogClaim.id, run.manifest.run_id);
  if (trust === null) {
    return evidenceOf(installationLogClaim, report, { notApplicable: "integrity_only" });
  }
  const subject = { directory: run.directory, name: run.name, root, isSigned };
  return evidenceOf(installationLogClaim, report, checkInstallationLog(subject, trust, report));
}

type Excuses = Readonly<{ notApplicable?: string | null; notMeasurable?: string | null }>;

function evidenceOf(
  { id, clause }: ClaimName,
  report: Reporter,
  { notApplicable = null, notMeasurable = null }: Excuses,
): Evidence {
  return { id, clause, log: report.log(), notApplicable, notMeasurable, emptinessProvenBy: null };
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
