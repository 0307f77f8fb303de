import { basename } from "node:path";
import type { Command } from "commander";
import { durationText } from "#base";
import {
  type ClaimVerdict,
  type Finding,
  runPath,
  type Verdict,
  verifyRun,
  writeVerdict,
} from "#evidence";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { findRun } from "./find-run.ts";
import type { Output } from "./output.ts";
import type { RunArgument } from "./run-argument.ts";
import { addTrustOptions, openTrust, type TrustOptions } from "./run-keys.ts";
import { groupDigits, tableLines } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type VerifyCommandOptions = Readonly<{ root?: string; json: boolean }> & TrustOptions;

const examples = `
Examples:
  $ assay verify latest
  $ assay verify HF_0123456789abcdef --root /var/lib/assay
  $ assay verify ./var/assay/runs_hf/HF_0123456789abcdef --json

Reads files only. RUN is a run directory, a run id, the beginning of one, or "latest". Each claim
counts what it looked at and cites its clause in docs/contracts/run-directory.md. The verdict also
lands in <root>/verdicts/<run id>/verdict.json, never in the run. Keys are trusted because a policy
lists them, never because a run does; without a policy, and for an unsigned run, who sealed is not
measurable, and --integrity-only leaves the question out.
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
    const run = endOrValue(findRun(text, options.root), shell, output);
    if (run === null) return;
    const opened = openTrust(options, run.root);
    if (!opened.ok) return shell.end(output.fail(opened.fault));
    const trust = opened.value;
    const started = performance.now();
    const verdict = endOrValue(verifyRun(run.directory, { root: run.root, trust }), shell, output);
    if (verdict === null) return;
    if (trust === null) output.note("integrity only: who sealed the run was not looked at");
    printVerdict(verdict, performance.now() - started, output);
    if (options.root !== undefined || isAtHome(run)) keep(run.root, verdict, output);
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
  return runPath(root, basename(directory)) === directory;
}

/** A reviewer may have no right to write beside the runs; the verdict stands all the same. */
function keep(root: string, verdict: Verdict, output: Output): void {
  const written = writeVerdict(root, verdict);
  if (!written.ok) output.note(`the verdict was not kept: ${written.fault.message}`);
  else if (written.value !== null) output.note(`verdict ${written.value}`);
}

function printVerdict(verdict: Verdict, milliseconds: number, output: Output): void {
  output.record({ type: "verdict", ...verdict });
  const columns = [
    { title: "claim", align: "left" },
    { title: "verdict", align: "left" },
    { title: "checked", align: "right" },
    { title: "reason", align: "left" },
  ] as const;
  for (const line of tableLines(columns, verdict.claims.map(claimCells))) output.line(`  ${line}`);
  printFindings(verdict, output);
  const records = `${groupDigits(verdict.records_read)} records in ${durationText(milliseconds)}`;
  output.line(`${verdict.verdict}  ${verdict.run_id}  ${records}`);
  if (verdict.verdict === "NOT_MEASURABLE") output.line(`  ${adviceOf(verdict)}`);
}

function claimCells({ id, verdict, checked, reason }: ClaimVerdict): readonly string[] {
  return [id, verdict, groupDigits(checked), reason ?? ""];
}

/** Enough to see the pattern; the verdict file and --json hold more. */
const shownPerClaim = 5;

function printFindings({ findings, claims }: Verdict, output: Output): void {
  for (const claim of claims) {
    const own = findings.filter((finding) => finding.claim === claim.id);
    if (own.length === 0) continue;
    output.line(`${claim.id}  (${claim.clause})`);
    for (const finding of own.slice(0, shownPerClaim)) output.line(`  ${findingText(finding)}`);
    const left = claim.findings - Math.min(own.length, shownPerClaim);
    if (left > 0) output.line(`  and ${groupDigits(left)} more`);
    output.line(`  to do: ${adviceByClaim[claim.id] ?? restore}`);
  }
}

function findingText({ file, line, field, detail, code }: Finding): string {
  const at = line === null ? "" : ` line ${line}`;
  const part = field === null ? "" : ` ${field}`;
  return `${file}${at}${part}: ${detail} [${code}]`;
}

const restore =
  "do not build on this run; restore it from a copy, or move it away and run its seed again";

const adviceByClaim: Readonly<Record<string, string>> = {
  sums:
    "nothing may be changed in a sealed run or added to it: restore it from a copy, and move any " +
    "file that is not listed out of it",
  seal: "the run was changed after it was sealed: restore it from a copy",
  authenticity:
    "whoever sealed this run is nobody the policy trusts: ask who did; assay keys policy shows it",
  installation_log:
    "a sealed run was taken away or replaced, or the log was: restore what is named from a copy; " +
    "a run that is only not entered yet is entered when its campaign is run again",
  pool_lines:
    "a missing line is appended when its campaign is run again; a line that differs is not " +
    "genuine: restore the pool from a copy",
};

function adviceOf(verdict: Verdict): string {
  const excuse = verdict.claims.find(({ verdict: word }) => word === "NOT_MEASURABLE")?.reason;
  const advice = verdict.sealed ? adviceByReason[excuse ?? ""] : undefined;
  if (advice !== undefined) return `cannot be told: ${verdict.reasons[0]}; ${advice}`;
  if (verdict.sealed) return `cannot be told: ${verdict.reasons[0] ?? "unknown reason"}`;
  const why = "its process died or is still at work";
  return `the run is not sealed: ${why}; move it away, then run its seed again`;
}

const adviceByReason: Readonly<Record<string, string>> = {
  not_signed:
    "where there are keys (assay keys new run-seal, assay keys new log) its campaign signs it " +
    "when it is complete and run again; --integrity-only leaves the question out",
  no_policy: "say whom to trust with --policy or --keys, or ask for --integrity-only",
  no_log_key_trusted: "the policy lists no key of purpose log; ask for the one of the installation",
  seal_unfinished: "the same campaign again completes the seal",
};
