import type { Fault, Result } from "#base";
import { trustedKeys } from "../keys/policy.ts";
import { runFolders } from "../run/layout.ts";
import { attemptIo } from "../store/io-fault.ts";
import { nodeFileSystem } from "../store/node-file-system.ts";
import type { RunTrust } from "../verify/run-trust.ts";
import { checkLog, listPresentRuns } from "./check-log.ts";
import { installationLog } from "./installation-log.ts";

/** What can be said of the log of a root without changing anything. */
export type LogInspection =
  /** There is none, and none was ever seen. */
  | Readonly<{ state: "none" }>
  /** There is one, and no policy says whose signature to expect. */
  | Readonly<{ state: "unknowable"; reason: "no_policy" | "no_log_key_trusted" }>
  /** How many runs it knows, and the first of what is wrong: none, and all is well. */
  | Readonly<{
      state: "checked";
      runs: number;
      findings: readonly Readonly<{ code: string; at: string; message: string }>[];
      findingCount: number;
    }>;

/**
 * Looks at the log of a root as every verdict does, and remembers nothing. Faults: those of
 * attemptIo, where the root cannot be listed.
 */
export function inspectLog(
  root: string,
  { policy, memory }: RunTrust,
): Result<LogInspection, Fault> {
  const place = installationLog(root, policy?.system ?? "");
  return attemptIo("read", root, (): LogInspection => {
    const isThere = nodeFileSystem.look(place.directory) !== null;
    const isRemembered = memory !== null && nodeFileSystem.look(memory.directory) !== null;
    if (!isThere && !isRemembered) return { state: "none" };
    if (policy === null) return { state: "unknowable", reason: "no_policy" };
    if (trustedKeys(policy, "log").length === 0) {
      return { state: "unknowable", reason: "no_log_key_trusted" };
    }
    const runs = listPresentRuns(nodeFileSystem, root, runFolders);
    const present = runs.ok ? runs.value : null;
    const check = checkLog(place, { policy, memory, runs: present, remembers: false });
    const unread = runs.ok
      ? []
      : [{ code: runs.fault.code, at: root, message: runs.fault.message }];
    return {
      state: "checked",
      runs: check.entries.size,
      findings: [...unread, ...check.findings.slice(0, 5)],
      findingCount: check.findingCount + unread.length,
    };
  });
}
