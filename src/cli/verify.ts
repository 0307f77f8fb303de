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
import { groupDigits, tableLines } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type VerifyCommandOptions = Readonly<{ root?: string; json: boolean }>;

const examples = `
Examples:
  $ assay verify latest
  $ assay verify HF_0123456789abcdef --root /var/lib/assay
  $ assay verify ./var/assay/runs_hf/HF_0123456789abcdef --json

Reads files only. RUN is a run directory, a run id, the beginning of one, or "latest". Each claim
counts what it looked at and cites its clause in docs/contracts/run-directory.md. The verdict also
lands in <root>/verdicts/<run id>/verdict.json, never in the run.
Exit codes: 0 PASS, 1 FAIL, 3 NOT_MEASURABLE (for example an unsealed run), 2 unreadable.
`;

/** `assay verify RUN`: is the record what it claims to be? */
export function addVerify(program: Command, shell: Shell): void {
  program
    .command("verify <run>")
    .description("check everything a run claims, from its files alone")
    .option("--root <dir>", "where run ids are looked for and verdicts land")
    .option("--json", "the verdict as one JSON line", false)
    .addHelpText("after", examples)
    .action((text: string, options: VerifyCommandOptions) => {
      const output = shell.output(options);
      const run = endOrValue(findRun(text, options.root), shell, output);
      if (run === null) return;
      const started = performance.now();
      const verdict = endOrValue(verifyRun(run.directory, { root: run.root }), shell, output);
      if (verdict === null) return;
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
  pool_lines:
    "a missing line is appended when its campaign is run again; a line that differs is not " +
    "genuine: restore the pool from a copy",
};

function adviceOf(verdict: Verdict): string {
  if (verdict.sealed) return `cannot be told: ${verdict.reasons[0] ?? "unknown reason"}`;
  const why = "its process died or is still at work";
  return `the run is not sealed: ${why}; move it away, then run its seed again`;
}
