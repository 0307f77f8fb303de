import { realpathSync } from "node:fs";
import { trustedKeys } from "../keys/policy.ts";
import { checkLog, listPresentRuns } from "../log/check-log.ts";
import { installationLog } from "../log/installation-log.ts";
import type { LogPlace } from "../log/merkle-log.ts";
import { shorten } from "../reading/problem.ts";
import { runFolders, runPlaces } from "../run/layout.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import type { Reporter } from "./reporter.ts";
import type { RunTrust } from "./run-trust.ts";
import { placeOf } from "./seal-integrity.ts";

export const installationLogClaim = {
  id: "installation_log",
  clause: "docs/contracts/run-directory.md#c17-installation-log",
} as const;

/** The run as the log must know it. */
export type LoggedSubject = Readonly<{
  directory: string;
  /** The name of its directory, by which the log knows it. */
  name: string;
  root: string | null;
  isSigned: boolean;
}>;

/** Why a claim could not be looked at or is none of this run's; null of both when it was. */
export type Excuse = Readonly<{ notApplicable: string | null; notMeasurable: string | null }>;

/**
 * The root's log is signed, whole and only grew; it knows this run with this very seal; and every
 * run that it knows is there. So a run that was taken away, or put back as it was before, is found
 * in whatever run of the root is verified.
 */
export function checkInstallationLog(
  { directory, name, root, isSigned }: LoggedSubject,
  { policy, memory }: RunTrust,
  report: Reporter,
): Excuse {
  if (root === null) return excused("no_root_given");
  if (!isUnder(root, directory, name)) return excused("run_not_under_root");
  if (policy === null) return isSigned ? unmeasured("no_policy") : excused("not_signed");
  if (trustedKeys(policy, "log").length === 0) {
    return isSigned ? unmeasured("no_log_key_trusted") : excused("not_signed");
  }
  const place = installationLog(root, policy.system);
  if (!isThere(place)) {
    const isRemembered = memory !== null && nodeFileSystem.look(memory.directory) !== null;
    if (!isSigned) return excused("not_signed");
    if (!isRemembered) return unmeasured("no_log");
  }
  const runs = listPresentRuns(nodeFileSystem, root, runFolders);
  if (!runs.ok) return unmeasured("runs_unreadable");
  const check = checkLog(place, { policy, memory, runs: runs.value });
  const isKnown = check.entries.has(name);
  report.count(check.entries.size);
  for (const { code, at, message } of check.findings) {
    const { file, line } = placeOf(at);
    report.fileFinding({ code, file, line, field: null, detail: shorten(message) });
  }
  const isClean = check.findingCount === 0;
  return isClean && !isSigned && !isKnown ? excused("not_signed") : measured;
}

const measured: Excuse = { notApplicable: null, notMeasurable: null };

function excused(notApplicable: string): Excuse {
  return { notApplicable, notMeasurable: null };
}

function unmeasured(notMeasurable: string): Excuse {
  return { notApplicable: null, notMeasurable };
}

function isUnder(root: string, directory: string, name: string): boolean {
  return runPlaces(root, name).some((place) => {
    try {
      return realpathSync(place) === directory;
    } catch {
      return false;
    }
  });
}

function isThere({ fs, directory }: LogPlace): boolean {
  const looked = attemptIo("read", directory, () => fs.look(directory));
  return !looked.ok || looked.value !== null;
}
