import type { Command } from "commander";
import { err, type Fault, type Result } from "#base";
import { type Divergence, defaultLatencyMs, divergeRuns, type PlacedDifference } from "#execution";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { findRun, latestHelp } from "./find-run.ts";
import type { Output } from "./output.ts";
import { parseCount } from "./quantities.ts";
import { groupDigits, tableLines } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

type DivergeOptions = Readonly<{ root?: string; latencyMs: string; json: boolean }>;

const examples = `
Examples:
  $ assay diverge AUDIT_0123456789abcdef AUDIT_fedcba9876543210
  $ assay diverge ./a/runs/AUDIT_0123... latest --latency-ms 100 --json

Steps are paired by agent and tick, else by genome and tick. Each difference gets one cause, by the
first test that explains it: data, decision, reject, fee, price, latency, queue; what follows from
an earlier difference has its cause. docs/contracts/execution.md lists the tests.
${latestHelp}
Exit codes: 0 nothing differs, 1 something does, 2 a run cannot be read.
`;

/** `assay diverge A B`: why do two runs of the same decisions differ? */
export function addDiverge(program: Command, shell: Shell): void {
  program
    .command("diverge <a> <b>")
    .description("compare two runs at a venue fill by fill, and say why they differ")
    .option("--root <dir>", "where run ids are looked for")
    .option("--latency-ms <n>", "arrivals that are closer are the same", String(defaultLatencyMs))
    .option("--json", "one JSON line for each difference, then the totals", false)
    .addHelpText("after", examples)
    .action((a: string, b: string, options: DivergeOptions) => {
      const output = shell.output(options);
      const found = endOrValue(compare([a, b], options, output), shell, output);
      if (found !== null) shell.end(printDivergence(found, output));
    });
}

function compare(
  [a, b]: readonly [string, string],
  { root, latencyMs }: DivergeOptions,
  output: Output,
): Result<Divergence, Fault> {
  const latency = parseCount(latencyMs, { min: 0, max: 3_600_000 });
  if (!latency.ok) return err({ ...latency.fault, at: "--latency-ms" });
  const left = findRun(a, root, output);
  if (!left.ok) return left;
  const right = findRun(b, root, output);
  if (!right.ok) return right;
  const directories = [left.value.directory, right.value.directory] as const;
  return divergeRuns(...directories, { latencyMs: latency.value });
}

/** Enough to see the pattern; --json holds all. */
const shownDifferences = 20;

function printDivergence(found: Divergence, output: Output): ExitCode {
  const { differences, ...totals } = found;
  for (const difference of differences) output.record({ type: "difference", ...difference });
  output.record({ type: "divergence", ...totals, differences: differences.length });
  output.line(`A  ${found.run_left}`);
  output.line(`B  ${found.run_right}`);
  output.line(
    `paired by ${found.aligned_by}: ${groupDigits(found.steps_compared)} steps, ` +
      `${groupDigits(found.steps_equal)} equal`,
  );
  for (const [side, { agents, ticks, steps }] of [
    ["A", found.only_left],
    ["B", found.only_right],
  ] as const) {
    if (steps === 0) continue;
    output.line(`only in ${side}: ${groupDigits(steps)} steps of ${agents} agents, ${ticks} ticks`);
  }
  const alone = found.only_left.steps + found.only_right.steps;
  const isEqual = differences.length + alone === 0;
  if (differences.length > 0) printCauses(found, output);
  output.line(isEqual ? "EQUAL" : `DIFFERENT  ${groupDigits(differences.length)} differences`);
  return isEqual ? exitCodes.ok : exitCodes.finding;
}

function printCauses({ causes, differences }: Divergence, output: Output): void {
  const columns = [
    { title: "cause", align: "left" },
    { title: "began", align: "right" },
    { title: "followed", align: "right" },
  ] as const;
  const rows = causes.map(({ cause, began, followed }) => [
    cause,
    groupDigits(began),
    groupDigits(followed),
  ]);
  for (const line of tableLines(columns, rows)) output.line(line);
  const shown = differences.slice(0, shownDifferences);
  const table = [
    { title: "tick", align: "right" },
    { title: "agent", align: "left" },
    { title: "what", align: "left" },
    { title: "A", align: "left" },
    { title: "B", align: "left" },
    { title: "cause", align: "left" },
    { title: "because", align: "left" },
  ] as const;
  for (const line of tableLines(table, shown.map(cellsOf))) output.line(line);
  const hidden = differences.length - shown.length;
  if (hidden > 0) output.line(`and ${groupDigits(hidden)} more; --json lists all`);
}

function cellsOf(one: PlacedDifference): readonly string[] {
  const ticks = one.tick_left === one.tick_right ? [] : [`/${one.tick_right}`];
  const { follows } = one;
  const why = follows === null ? one.detail : `follows tick ${follows.tick_left}`;
  const what = one.fill_index === null ? one.what : `${one.what} ${one.fill_index}`;
  return [
    `${one.tick_left}${ticks.join("")}`,
    one.agent_left,
    what,
    one.left,
    one.right,
    one.cause,
    why,
  ];
}
