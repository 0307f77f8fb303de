import { resolve } from "node:path";
import type { Command } from "commander";
import { type DiffSide, diffPools, type GeneDifference, type PoolDiff } from "#evidence";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { addPoolKeyOptions, type PoolKeyOptions, poolTrustOf } from "./pool-keys.ts";
import { defaultRoot } from "./root.ts";
import { groupDigits } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type DiffOptions = PoolKeyOptions & Readonly<{ root: string; json: boolean }>;

const help = `
Examples:
  $ assay pool diff 0123456789abcdef pool
  $ assay pool diff 0123456789abcdef ./copies/snapshot_fedcba9876543210.jsonl --json

A and B are snapshots (id or path), or one of them is the word pool. Genomes are compared by
gene_id. Differences are no failure (exit 0); a record that a snapshot holds and the pool does not,
or not like that, cannot be and is a finding (exit 1).
`;

/** `assay pool diff A B`: which genomes came, went or changed? */
export function addPoolDiff(pool: Command, shell: Shell): void {
  const command = pool
    .command("diff <a> <b>")
    .description("compare two snapshots, or a snapshot and the pool, by genome")
    .option("--root <dir>", "where pools lie", defaultRoot);
  addPoolKeyOptions(command)
    .option("--json", "one JSON line for each difference, then the totals", false)
    .addHelpText("after", help)
    .action((a: string, b: string, options: DiffOptions) => {
      const output = shell.output(options);
      const trust = endOrValue(poolTrustOf(options, options.root), shell, output);
      if (trust === null) return;
      const root = resolve(options.root);
      const diff = endOrValue(diffPools(root, [a, b], trust.policy), shell, output);
      if (diff !== null) shell.end(printDiff(diff, output));
    });
}

/** Enough to see the pattern; --json holds all. */
const shownPerKind = 10;

function printDiff(diff: PoolDiff, output: Output): ExitCode {
  const { first, second, differences, equal, findings } = diff;
  output.line(`A  ${sideText(first)}`);
  output.line(`B  ${sideText(second)}`);
  const counts = { added: 0, removed: 0, changed: 0 };
  for (const difference of differences) {
    output.record({ type: "gene", ...difference });
    counts[difference.change] += 1;
    if (counts[difference.change] <= shownPerKind) output.line(differenceText(difference));
  }
  const hidden =
    differences.length - shownOf(counts.added) - shownOf(counts.removed) - shownOf(counts.changed);
  if (hidden > 0) output.line(`  and ${groupDigits(hidden)} more; --json lists all`);
  for (const finding of findings) output.record({ type: "finding", ...finding });
  for (const { code, id } of findings.slice(0, shownPerKind)) {
    output.line(
      `FAIL  ${id} is in the snapshot, and the pool does not hold it like that [${code}]`,
    );
  }
  output.record({ type: "pool_diff", first, second, ...counts, equal, findings: findings.length });
  const totals = Object.entries({ ...counts, equal })
    .map(([what, count]) => `${groupDigits(count)} ${what}`)
    .join(", ");
  const lost = findings.length === 0 ? "" : `; ${groupDigits(findings.length)} findings`;
  output.line(`genomes: ${totals}${lost}`);
  return findings.length === 0 ? exitCodes.ok : exitCodes.finding;
}

function shownOf(count: number): number {
  return Math.min(count, shownPerKind);
}

function sideText({ kind, name, records, genes }: DiffSide): string {
  const what = kind === "pool" ? "the live pool" : `snapshot ${name}`;
  return `${what}: ${groupDigits(records)} records of ${groupDigits(genes)} genomes`;
}

const signByChange = { added: "+", removed: "-", changed: "~" } as const;

function differenceText({ change, gene_id, added, removed, altered }: GeneDifference): string {
  const parts = [
    ...added.slice(0, 2).map((id) => `+${id}`),
    ...removed.slice(0, 2).map((id) => `-${id}`),
    ...altered.slice(0, 2).map((id) => `~${id}`),
  ];
  const left = added.length + removed.length + altered.length - parts.length;
  const more = left > 0 ? ` and ${groupDigits(left)} more` : "";
  return `${signByChange[change]} ${gene_id}  ${parts.join(" ")}${more}`;
}
