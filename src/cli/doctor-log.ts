import { inspectLog, type KeyRing, loadRunTrust, type RunTrust } from "#evidence";
import { type Check, fail, ok, warn } from "./doctor-checks.ts";
import { groupDigits } from "./table.ts";

/** Is the log of the root signed, whole, only grown, and at one with the runs that are there? */
export function checkLogOf(root: string, trust: RunTrust, ring: KeyRing | null = null): Check {
  const loaded = ring === null ? null : loadRunTrust({ ring, policyFile: null, root });
  const seen = loaded?.ok === true ? loaded.value : trust;
  const inspected = inspectLog(root, seen);
  const name = "log";
  if (!inspected.ok) {
    return fail(name, `${inspected.fault.message} (${root})`, "give the right --root");
  }
  const log = inspected.value;
  switch (log.state) {
    case "none":
      return ok(name, "none yet; the first signed run begins it");
    case "unknowable":
      return warn(
        name,
        `there is one in ${root}/log, and ${whyByReason[log.reason]}`,
        "give the installation's keys with --keys; assay keys policy shows whom they trust",
      );
    case "checked": {
      const [first] = log.findings;
      const runs = `${groupDigits(log.runs)} ${log.runs === 1 ? "run" : "runs"}`;
      if (first === undefined) return ok(name, `${runs}, signed, whole and all there`);
      const more = log.findingCount > 1 ? ` and ${log.findingCount - 1} more` : "";
      const detail = `${first.at}: ${first.message} [${first.code}]${more}`;
      return fail(name, detail, remedyByCode[first.code] ?? restore);
    }
  }
}

const whyByReason = {
  no_policy: "no policy says whose signature to expect",
  no_log_key_trusted: "the policy trusts no key of purpose log",
} as const;

const restore = "restore the root's log from a copy, or find out who changed it";

const remedyByCode: Readonly<Record<string, string>> = {
  log_run_missing: "put the run back from a copy: a run that was sealed stays",
  log_run_replaced: "put the run back from a copy as it was sealed",
  log_run_unlisted: "run its campaign again: a run that is only not entered yet is entered then",
  log_tail_unsigned: "sign the next run: what a crash left behind is put aside then",
  log_rolled_back: "restore the newest copy of the log; what was taken away was sealed",
};
