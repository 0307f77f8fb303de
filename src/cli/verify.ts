import { basename } from "node:path";
import type { Command } from "commander";
import {
  runPlaces,
  type Verdict,
  type VerdictBasis,
  verdictBasis,
  verifyRun,
  writeVerdict,
} from "#evidence";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { findRun, latestHelp } from "./find-run.ts";
import type { Output } from "./output.ts";
import type { RunArgument } from "./run-argument.ts";
import { addTrustOptions, openTrust, type TrustOptions } from "./run-keys.ts";
import { endOrValue, type Shell } from "./verb.ts";
import { printVerdict } from "./verify-report.ts";

type VerifyCommandOptions = Readonly<{ root?: string; json: boolean }> & TrustOptions;

const examples = `
Examples:
  $ assay verify latest
  $ assay verify HF_0123456789abcdef --root /var/lib/assay
  $ assay verify ./var/assay/runs_hf/HF_0123456789abcdef --json

Reads files only. RUN is a run directory, a run id, the beginning of one, or "latest". Tier and mode
of its manifest say what it has to answer: docs/contracts/run-directory.md for a screening run,
docs/contracts/orders.md for one at a venue or of the full tier. Each claim counts what it looked at
and cites its clause. Keys are trusted because a policy lists them, never because a run does; with
no policy, and for an unsigned run, who sealed is not measurable, and --integrity-only leaves the
question out. The verdict under the installation's own policy lands in
<root>/verdicts/<run id>/verdict.json, which assay runs ls shows; one under another --policy, under
none, or with --integrity-only lands beside it by a name of its own. Nothing lands in the run.
${latestHelp}
Exit codes: 0 PASS, 1 FAIL, 3 NOT_MEASURABLE (for example an unsealed run), 2 unreadable.
`;

/** `assay verify RUN`: is the record what it claims to be? */
export function addVerify(program: Command, shell: Shell): void {
  const command = program
    .command("verify <run>")
    .description("check everything a run claims, from its files alone")
    .option("--root <dir>", "where run ids are looked for and verdicts land")
    .option("--json", "the verdict as one JSON line", false)
    .addHelpText("after", examples);
  addTrustOptions(command).action((text: string, options: VerifyCommandOptions) => {
    const output = shell.output(options);
    const run = endOrValue(findRun(text, options.root, output), shell, output);
    if (run === null) return;
    const opened = openTrust(options, run.root);
    if (!opened.ok) return shell.end(output.fail(opened.fault));
    const trust = opened.value;
    const started = performance.now();
    const verdict = endOrValue(verifyRun(run.directory, { root: run.root, trust }), shell, output);
    if (verdict === null) return;
    if (trust === null) output.note("integrity only: who sealed the run was not looked at");
    printVerdict(verdict, performance.now() - started, output);
    if (options.root !== undefined || isAtHome(run)) {
      const asked = { policyFile: options.policy ?? null, trust };
      keep({ root: run.root, verdict, basis: verdictBasis(verdict, asked) }, output);
    }
    shell.end(exitByVerdict[verdict.verdict]);
  });
}

const exitByVerdict: Readonly<Record<Verdict["verdict"], ExitCode>> = {
  PASS: exitCodes.ok,
  FAIL: exitCodes.finding,
  NOT_MEASURABLE: exitCodes.not_measurable,
};

/** A run looked at in a foreign place leaves nothing in the default root. */
function isAtHome({ directory, root }: RunArgument): boolean {
  return runPlaces(root, basename(directory)).includes(directory);
}

/** A reviewer may have no right to write beside the runs; the verdict stands all the same. */
function keep({ root, verdict, basis }: Kept, output: Output): void {
  const written = writeVerdict(root, verdict, basis);
  if (!written.ok) output.note(`the verdict was not kept: ${written.fault.message}`);
  else if (written.value !== null) output.note(`verdict ${written.value}${notTheRuns[basis]}`);
}

type Kept = Readonly<{ root: string; verdict: Verdict; basis: VerdictBasis }>;

const notTheRuns: Readonly<Record<VerdictBasis, string>> = {
  own: "",
  other_policy: "; not the run's own, which only the installation's policy gives",
  integrity_only: "; not the run's own, which says who sealed it as well",
  no_policy: "; not the run's own, which the installation's policy gives (--keys)",
};
