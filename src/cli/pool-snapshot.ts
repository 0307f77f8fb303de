import type { Command } from "commander";
import { err, type Fault, ok, type Result } from "#base";
import {
  filterFields,
  filterText,
  parseFilter,
  type SnapshotFilter,
  type TakenSnapshot,
  takeSnapshot,
} from "#evidence";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { addPoolKeyOptions, type PoolKeyOptions, poolTrustOf } from "./pool-keys.ts";
import { printPoolVerdict } from "./pool-report.ts";
import { defaultRoot, readableRoot, rootHint } from "./root.ts";
import { groupDigits } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type SnapshotOptions = PoolKeyOptions &
  Readonly<{ root: string; note?: string; filter: readonly string[]; json: boolean }>;

const help = `
Examples:
  $ assay pool snapshot
  $ assay pool snapshot --note "first half of 2026" --filter 'lifetime_return>0.1'
  $ assay pool snapshot --filter window=train --filter 'closed>=10' --filter has_nan=false

A filter is FIELD, one of = != >= <= > <, and VALUE; all must hold. Fields:
  ${wrapped(filterFields)}
The pool is verified first, and nothing is taken from one that fails. A validation may open
snapshots only; the id follows from the content, so the same selection is taken once.
`;

/** `assay pool snapshot`: freeze what a validation may start from. */
export function addPoolSnapshot(pool: Command, shell: Shell): void {
  const command = pool
    .command("snapshot")
    .description("freeze the verified pool, or a selection of it, read-only and signed")
    .option("--root <dir>", "where pools lie", defaultRoot)
    .option("--note <text>", "a line that says what it is for")
    .option("--filter <condition>", "take only records like this; may be repeated", collect, []);
  addPoolKeyOptions(command)
    .option("--json", "the outcome as one JSON line", false)
    .addHelpText("after", help)
    .action((options: SnapshotOptions) => {
      const output = shell.output(options);
      const root = endOrValue(readableRoot(options.root), shell, output);
      if (root === null) return;
      const rule = endOrValue(ruleOf(options.filter), shell, output);
      if (rule === null) return;
      const trust = endOrValue(poolTrustOf(options, options.root), shell, output);
      if (trust === null) return;
      const request = { rule, note: options.note ?? null, trust, nowMs: Date.now() };
      const taken = endOrValue(takeSnapshot(root, request), shell, output);
      if (taken !== null) shell.end(printTaken(taken, root, output));
    });
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function ruleOf(texts: readonly string[]): Result<readonly SnapshotFilter[], Fault> {
  const rule: SnapshotFilter[] = [];
  for (const text of texts) {
    const filter = parseFilter(text);
    if (!filter.ok) return filter;
    if (rule.some((known) => filterText(known) === filterText(filter.value))) {
      const message = `the filter ${text} is given twice`;
      return err({ code: "snapshot_filter_malformed", message });
    }
    rule.push(filter.value);
  }
  return ok(rule);
}

function printTaken(taken: TakenSnapshot, root: string, output: Output): ExitCode {
  if (taken.state === "refused") {
    printPoolVerdict(taken.verdict, output);
    output.note("no snapshot was taken");
    return exitCodes.finding;
  }
  const { state, id, path, document, isSigned } = taken;
  const { lines: _lines, proof, ...facts } = document;
  const proof_hashes = proof.length;
  output.record({
    type: "pool_snapshot",
    state,
    path,
    is_signed: isSigned,
    proof_hashes,
    ...facts,
  });
  const what = state === "written" ? "snapshot" : "snapshot was there already:";
  output.line(`${what} ${id}  ${path}`);
  output.line(
    `  ${groupDigits(document.records)} records of ${groupDigits(document.genes)} genomes, ` +
      `from a pool of ${groupDigits(document.pool_size)}`,
  );
  if (document.rule.length > 0)
    output.line(`  taken where ${document.rule.map(filterText).join(" and ")}`);
  output.line(`  ${isSigned ? "signed with the pool key" : "not signed: no pool key here"}`);
  output.line(`  check it with: assay pool verify ${id}${rootHint(root)}`);
  return exitCodes.ok;
}

/** Names in lines that fit a terminal. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length > 88) lines.push(name);
    else lines[lines.length - 1] = `${last} ${name}`;
  }
  return lines.join("\n  ");
}
