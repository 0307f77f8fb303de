import { durationText } from "#base";
import { type ClaimVerdict, type Finding, remedyOf, type Verdict } from "#evidence";
import type { Output } from "./output.ts";
import { groupDigits, tableLines } from "./table.ts";

/** The claims as a table, what is wrong and what cannot be known with what to do, the last word. */
export function printVerdict(verdict: Verdict, milliseconds: number, output: Output): void {
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

function printFindings({ findings, gaps, claims }: Verdict, output: Output): void {
  for (const claim of claims) {
    const isOwn = (finding: Finding): boolean => finding.claim === claim.id;
    const [wrong, unknown] = [findings.filter(isOwn), gaps.filter(isOwn)];
    if (wrong.length + unknown.length === 0) continue;
    output.line(`${claim.id}  (${claim.clause})`);
    printSome(wrong, claim.findings, output);
    printSome(unknown, unknown.length, output);
    for (const advice of advicesOf(claim, [...wrong, ...unknown], claims)) {
      output.line(`  to do: ${advice}`);
    }
  }
}

function printSome(findings: readonly Finding[], total: number, output: Output): void {
  const shown = findings.slice(0, shownPerClaim);
  for (const finding of shown) output.line(`  ${findingText(finding)}`);
  if (total > shown.length) output.line(`  and ${groupDigits(total - shown.length)} more`);
}

/** The contract of orders has a remedy for each of its codes; other claims have one for all. */
function advicesOf(
  { id, clause }: ClaimVerdict,
  findings: readonly Finding[],
  claims: readonly ClaimVerdict[],
): readonly string[] {
  const codes = new Set(findings.map(({ code }) => code));
  if (codes.size === 1 && codes.has("seal_incomplete")) {
    return [claims.some(isAboutOrders) ? resealAtVenue : reseal];
  }
  if (codes.has("schema_version_other")) return [ofOtherVersion];
  if (codes.has("log_checkpoint_wrong")) return [unsignedLog];
  const remedies = clause.startsWith(orderContract) ? [...codes].flatMap(remediesOf) : [];
  return remedies.length > 0 ? remedies.slice(0, shownPerClaim) : [adviceByClaim[id] ?? restore];
}

const orderContract = "docs/contracts/orders.md#";

function isAboutOrders({ clause }: ClaimVerdict): boolean {
  return clause.startsWith(orderContract);
}

/** What a sealing that was cut off leaves looks as if a part was taken away; trying tells. */
const reseal =
  "when its sealing was cut off, run the same campaign again, which completes the seal; where " +
  "that is refused, a part was taken away: restore the run from a copy";
const resealAtVenue =
  "when its sealing was cut off, assay run --recover RUN ends the run and completes the seal; " +
  "where that is refused, a part was taken away: restore the run from a copy";

function remediesOf(code: string): readonly string[] {
  const remedy = remedyOf(code);
  return remedy === null ? [] : [remedy];
}

function findingText({ file, line, field, detail, code }: Finding): string {
  const at = line === null ? "" : ` line ${line}`;
  const part = field === null ? "" : ` ${field}`;
  return `${file}${at}${part}: ${detail} [${code}]`;
}

const ofOtherVersion =
  "nothing need be wrong with it: verify it with the version of Assay that made it " +
  "(package_version and git_commit of its run_manifest.json), or run its seed again with this one";

const unsignedLog =
  "nothing is known of the runs in this log: ask for the policy of the installation that wrote " +
  "it (assay keys policy shows it), or restore <root>/log from a copy when that one says it too";

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
  const hasOrders = verdict.claims.some(isAboutOrders);
  if (verdict.sealed) {
    const isAtVenue = hasOrders && excuse === "not_signed";
    const advice = isAtVenue ? signedAtItsEnd : adviceByReason[excuse ?? ""];
    const told = `cannot be told: ${verdict.reasons[0] ?? "unknown reason"}`;
    return advice === undefined ? told : `${told}; ${advice}`;
  }
  const why = "its process died or is still at work";
  const todo = hasOrders
    ? "leave its files as they are; assay run --recover RUN ends a run whose process is gone"
    : "move it away, then run its seed again";
  return `the run is not sealed: ${why}; ${todo}`;
}

const signedAtItsEnd =
  "a run at a venue is signed as it ends, where there are keys (assay keys new run-seal, assay " +
  "keys new log); --integrity-only leaves the question out";

const adviceByReason: Readonly<Record<string, string>> = {
  not_signed:
    "where there are keys (assay keys new run-seal, assay keys new log) its campaign signs it " +
    "when it is complete and run again; --integrity-only leaves the question out",
  no_policy: "say whom to trust with --policy or --keys, or ask for --integrity-only",
  no_log_key_trusted: "the policy lists no key of purpose log; ask for the one of the installation",
};
