import type { Command } from "commander";
import { err, type Fault, ok, type Result } from "#base";
import {
  defaultBarColumns,
  defaultFundingColumns,
  type FundingRequest,
  type ImportOutcome,
  type ImportRequest,
  importDataset,
  parseFundingColumns,
} from "#datasets";
import { type BarFileOptions, readAllow, readBarFile } from "./data-options.ts";
import { datasetLines } from "./data-report.ts";
import { abortOnSignals } from "./data-signals.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { createProgress } from "./progress.ts";
import { defaultRoot, writableRoot } from "./root.ts";
import { endOrValue, type Shell } from "./verb.ts";

type ImportOptions = BarFileOptions &
  Readonly<{
    name?: string | undefined;
    allow?: string | undefined;
    funding?: string | undefined;
    fundingColumns: string;
    fundingVenue?: string | undefined;
    source?: string | undefined;
    licence?: string | undefined;
    root: string;
    json: boolean;
  }>;

const examples = `
Columns: a role per column of the file, in its order: ts_ms, ts_s or ts_iso, open, high, low,
close, volume, and - for one to skip. Where the header says it differently: ts_iso=date.
Instruments: a built-in id, or a JSON file of the same shape as in a dataset.json.

Examples:
  $ assay data import btc.csv.gz --instrument BTC-USDT-SWAP --interval 15m --name btc-15m
  $ assay data import spx.csv --instrument SPX-INDEX --interval 1d \\
      --columns ts_iso=date,open,high,low,close,volume
  $ assay data import btc.csv --instrument BTC-USDT-SWAP --interval 15m --allow duplicate,backward
  $ assay data import btc.csv --instrument BTC-USDT-SWAP --interval 1h \\
      --funding rates.csv --funding-venue binance
`;

/** `assay data import FILE`: reads, checks and lands one dataset, or says why not. */
export function addDataImport(data: Command, shell: Shell): void {
  data
    .command("import")
    .description("import bars from a CSV file, plain or gzip, with its checks and its origin")
    .argument("<file>", "CSV file of bars")
    .requiredOption("--instrument <id|file>", "built-in instrument or a JSON file of one")
    .requiredOption("--interval <length>", "length of a bar: 1m, 15m, 1h, 1d")
    .option("--columns <list>", "what the columns mean", defaultBarColumns)
    .option("--stamp <start|end>", "whether a row's time starts or ends its bar", "start")
    .option("--name <name>", "a name to find the dataset by")
    .option("--allow <codes>", "kinds of flawed rows to leave out or round")
    .option("--funding <file>", "CSV file of funding payments")
    .option("--funding-columns <list>", "what its columns mean", defaultFundingColumns)
    .option("--funding-venue <venue>", "whose rates they are, when not the instrument's venue")
    .option("--source <text>", "where the file came from, for its record")
    .option("--licence <text>", "under which terms, for its record")
    .option("--root <dir>", "where datasets live", defaultRoot)
    .option("--json", "one JSON line of data", false)
    .addHelpText("after", examples)
    .action(async (file: string, options: ImportOptions) => {
      const output = shell.output(options);
      const request = endOrValue(readRequest(file, options), shell, output);
      if (request === null) return;
      const imported = await runImport(request, output);
      const outcome = endOrValue(imported, shell, output);
      if (outcome === null) return;
      printOutcome(outcome, output);
      const { name } = outcome.document;
      if (outcome.status !== "landed" && options.name !== undefined && options.name !== name) {
        const kept = name === null ? "its id alone" : `its name ${name}`;
        output.note(
          `the same bars were there before, so that record stands, under ${kept}: ` +
            `--name ${options.name} names nothing`,
        );
      }
      shell.end(exitCodes.ok);
    });
}

/** Says what landed, or that it was there already. */
export function printOutcome({ status, directory, document }: ImportOutcome, output: Output): void {
  for (const line of datasetLines(document)) output.line(line);
  output.record({ type: "dataset", status, directory, document });
  output.note(status === "landed" ? `landed in ${directory}` : `already in ${directory}`);
}

async function runImport(
  request: ImportRequest,
  output: Output,
): Promise<Result<ImportOutcome, Fault>> {
  const { raw, live, json, columns } = output;
  const stream = { write: raw };
  const progress = createProgress({
    stream,
    isTty: live,
    json,
    columns,
    label: "import",
    unit: "B",
  });
  using stop = abortOnSignals();
  const imported = await importDataset(request, {
    signal: stop.signal,
    onProgress: ({ bytes_done, bytes_total, rows }) =>
      progress.update(bytes_done, bytes_total, { rows }),
  });
  progress.end();
  return imported;
}

function readRequest(path: string, options: ImportOptions): Result<ImportRequest, Fault> {
  const file = readBarFile(path, options);
  if (!file.ok) return file;
  const allow = readAllow(options.allow);
  if (!allow.ok) return allow;
  const funding = readFunding(options);
  if (!funding.ok) return funding;
  const root = writableRoot(options.root);
  if (!root.ok) return root;
  return ok({
    ...file.value,
    root: root.value,
    allow: allow.value,
    name: options.name ?? null,
    funding: funding.value,
    source: options.source ?? null,
    licence: options.licence ?? null,
    fetched: null,
  });
}

function readFunding(options: ImportOptions): Result<FundingRequest | null, Fault> {
  const { funding, fundingVenue } = options;
  if (funding === undefined) {
    if (fundingVenue === undefined) return ok(null);
    const message = "--funding-venue says whose rates they are; the rates come with --funding";
    return err({ code: "option_missing", message });
  }
  const columns = parseFundingColumns(options.fundingColumns);
  if (!columns.ok) return columns;
  return ok({ path: funding, columns: columns.value, venue: fundingVenue ?? null });
}
