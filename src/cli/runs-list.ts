import { type Command, Option } from "commander";
import type { ListedRun, RunFilter, RunSortKey } from "#catalog";
import { shortTime } from "./data-report.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { parseCount, parseSeedList } from "./quantities.ts";
import { type Column, groupDigits, percentText, tableWithin } from "./table.ts";
import type { Shell } from "./verb.ts";
import {
  addCatalogOptions,
  type CatalogOptions,
  type OpenCatalog,
  withFreshCatalog,
} from "./with-catalog.ts";
import { readOrThrow } from "./world-flags.ts";

type ListOptions = CatalogOptions &
  Readonly<{
    status?: string;
    dataset?: string;
    window?: string;
    seed?: readonly number[];
    sort: RunSortKey;
    reverse: boolean;
    limit: number;
  }>;

const sortKeys: readonly RunSortKey[] = [
  "start",
  "run",
  "seed",
  "return",
  "survivors",
  "births",
  "deaths",
  "generation",
  "agent_bars",
];

const examples = `
Figures and times come largest and newest first, names and seeds smallest; --reverse turns it round.
What a run does not have comes last.

Examples:
  $ assay runs ls
  $ assay runs ls --dataset btc-15m --window TEST --sort return --limit 10
  $ assay runs ls --status interrupted --json
`;

/** `assay runs ls`: the runs under a root by the index, which is brought up to the files first. */
export function addRunsList(runs: Command, shell: Shell): void {
  const command = runs
    .command("ls")
    .description("list the runs under the root")
    .option("--status <word>", "completed, interrupted, aborted, running")
    .option("--dataset <id|name>", "name, or at least four digits of an id")
    .option("--window <name>", "name of the window")
    .option("--seed <list>", "seeds like 3,5,9", (text) => readOrThrow(text, parseSeedList))
    .addOption(new Option("--sort <key>", "order").choices(sortKeys).default("start"))
    .option("--reverse", "the other way round", false)
    .option("--limit <n>", "how many at most", readLimit, 50);
  addCatalogOptions(command)
    .addHelpText("after", examples)
    .action((options: ListOptions) =>
      withFreshCatalog(options, shell, (open) => list(options, open)),
    );
}

/** The bound keeps an answer in memory. */
export function readLimit(text: string): number {
  return readOrThrow(text, (each) => parseCount(each, { min: 1, max: 100_000 }));
}

async function list(options: ListOptions, open: OpenCatalog): Promise<ExitCode> {
  const { catalog, store, output } = open;
  const { sort, reverse, limit } = options;
  const smallestFirst = sort === "run" || sort === "seed";
  const listed = await catalog.listRuns(store, {
    filter: filterOf(options),
    sort: { key: sort, order: smallestFirst === reverse ? "desc" : "asc" },
    limit,
  });
  if (!listed.ok) return output.fail(listed.fault);
  const { runs, total } = listed.value;
  const skipped = await catalog.listSkipped(store);
  if (!skipped.ok) return output.fail(skipped.fault);

  if (runs.length > 0) {
    const { lines, leftOut } = tableWithin(columns, runs.map(rowOf), output.width());
    for (const line of lines) output.line(line);
    if (leftOut.length > 0) output.note(`left out for the width: ${leftOut.join(", ")}`);
  }
  for (const run of runs) output.record(recordOf(run));
  output.record({ type: "result", listed: runs.length, total, skipped: skipped.value.length });
  output.note(summaryLine(runs.length, total));
  if (skipped.value.length > 0) output.note(skippedLine(skipped.value.length));
  return exitCodes.ok;
}

function filterOf({ status, dataset, window, seed }: ListOptions): RunFilter {
  return {
    ...(status === undefined ? {} : { status }),
    ...(dataset === undefined ? {} : { dataset }),
    ...(window === undefined ? {} : { window }),
    ...(seed === undefined ? {} : { seeds: seed }),
  };
}

/** Entries that no run could be made of must not be missed without a word. */
export function skippedLine(count: number): string {
  const what = count === 1 ? "1 entry" : `${groupDigits(count)} entries`;
  return `${what} under the root could not be read and are not in the index: assay catalog info`;
}

function summaryLine(shown: number, total: number): string {
  if (total === 0) return "no run matches";
  if (shown === total) return total === 1 ? "1 run" : `${groupDigits(total)} runs`;
  return `${groupDigits(shown)} of ${groupDigits(total)} runs; --limit shows more`;
}

const columns: readonly Column[] = [
  { title: "run", align: "left" },
  { title: "status", align: "left" },
  { title: "verdict", align: "left", yields: 7 },
  { title: "market", align: "left" },
  { title: "window", align: "left", yields: 1 },
  { title: "seed", align: "right", yields: 6 },
  { title: "births", align: "right", yields: 2 },
  { title: "deaths", align: "right", yields: 3 },
  { title: "alive", align: "right", yields: 4 },
  { title: "return", align: "right", yields: 8 },
  { title: "started", align: "left", yields: 5 },
];

function rowOf(run: ListedRun): readonly string[] {
  return [
    run.run_id,
    run.sealed === 1 ? run.status : `${run.status}, unsealed`,
    run.verdict ?? "-",
    marketOf(run),
    run.window_name ?? "-",
    figure(run.seed, String),
    figure(run.births, groupDigits),
    figure(run.deaths, groupDigits),
    figure(run.survivors, groupDigits),
    figure(run.system_return_ppm, (ppm) => percentText(ppm / 1_000_000)),
    run.start_time === null ? "-" : shortTime(run.start_time).replace(/\.\d{3}Z$/, ""),
  ];
}

/** The dataset, or where a run at a venue traded and what. */
function marketOf({ mode, instrument, dataset_name: dataset }: ListedRun): string {
  return isAtVenue(mode) ? `${mode} ${instrument ?? "-"}` : (dataset ?? "-");
}

/** Runs on bars say `offline`; `assay run` calls every other a run at a venue. */
export function isAtVenue(mode: string | null): mode is string {
  return mode !== null && mode !== "offline";
}

function figure(value: number | null, text: (value: number) => string): string {
  return value === null ? "-" : text(value);
}

function recordOf(run: ListedRun): object {
  const { sealed, collapse_detected } = run;
  return {
    type: "run",
    ...run,
    sealed: sealed === 1,
    collapse_detected: collapse_detected === null ? null : collapse_detected === 1,
  };
}
