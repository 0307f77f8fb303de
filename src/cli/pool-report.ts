import type { Finding, PoolVerdict } from "#evidence";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { type Column, groupDigits, tableLines } from "./table.ts";

export const exitByPoolVerdict: Readonly<Record<PoolVerdict["verdict"], ExitCode>> = {
  PASS: exitCodes.ok,
  FAIL: exitCodes.finding,
  NOT_MEASURABLE: exitCodes.not_measurable,
};

/** Claims, findings with their places, the verdict, and what to do about it. */
export function printPoolVerdict(verdict: PoolVerdict, output: Output): void {
  output.record({ type: "pool_verdict", ...verdict });
  const rows = verdict.claims.map(({ id, verdict: word, checked, reason }) => {
    return [id, word, groupDigits(checked), reason ?? ""];
  });
  for (const line of tableLines(columns, rows)) output.line(`  ${line}`);
  printFindings(verdict, output);
  const { records, checkpoints, snapshots } = verdict;
  output.line(
    `${verdict.verdict}  pool ${verdict.pool}  records ${groupDigits(records)}, ` +
      `checkpoints ${groupDigits(checkpoints)}, snapshots ${groupDigits(snapshots)}`,
  );
  for (const advice of adviceOf(verdict)) output.line(`  ${advice}`);
}

const columns: readonly Column[] = [
  { title: "claim", align: "left" },
  { title: "verdict", align: "left" },
  { title: "checked", align: "right" },
  { title: "reason", align: "left" },
];

/** Enough to see the pattern; --json holds more. */
const shownPerClaim = 5;

function printFindings({ claims, findings }: PoolVerdict, output: Output): void {
  for (const { id, clause, findings: total } of claims) {
    const own = findings.filter(({ claim }) => claim === id);
    if (own.length === 0) continue;
    output.line(`${id}  (${clause})`);
    for (const finding of own.slice(0, shownPerClaim)) output.line(`  ${findingText(finding)}`);
    const left = total - Math.min(own.length, shownPerClaim);
    if (left > 0) output.line(`  and ${groupDigits(left)} more`);
  }
}

function findingText({ file, line, field, detail, code }: Finding): string {
  const at = line === null ? "" : ` line ${line}`;
  const part = field === null ? "" : ` ${field}`;
  return `${file}${at}${part}: ${detail} [${code}]`;
}

function adviceOf({ verdict, findings, claims, runs_not_in_pool: runs }: PoolVerdict): string[] {
  if (verdict === "FAIL") {
    const torn = findings.every(({ code }) => code === "pool_tail_torn");
    return [
      torn
        ? "to do: run a campaign of this root again; the next append sets the torn bytes aside"
        : "to do: do not build on this pool; restore it with its checkpoints from a copy",
    ];
  }
  const advice = claims.flatMap(({ id, verdict: word, reason }) => {
    const known =
      word === "NOT_MEASURABLE" ? adviceByReason[(reason ?? "").replace(/^\d+ /, "")] : undefined;
    return known === undefined ? [] : [`${id}: ${known}`];
  });
  const [first] = runs;
  return first === undefined ? advice : [...advice, `runs not in the pool: ${first} and others`];
}

const adviceByReason: Readonly<Record<string, string>> = {
  no_checkpoint: "nothing was signed yet; with a pool key, assay pool snapshot signs the pool",
  no_trust_policy: "say whom to trust with --policy or --keys, or ask for --integrity-only",
  no_pool_key_trusted: "the policy knows no pool key; assay keys new pool makes one",
  records_unsigned:
    "the newest records were appended and not signed; assay pool snapshot signs them",
  snapshots_unsigned: "taking the same selection again with a pool key signs the snapshot",
  runs_not_in_pool: "a campaign is at work, or died before it appended: run it again",
};
