import { statSync } from "node:fs";
import type { Command } from "commander";
import { type BarScan, checkBarFile, defaultBarColumns, openDataset } from "#datasets";
import { intervalText } from "#market";
import { type BarFileOptions, readBarFile } from "./data-options.ts";
import { datasetLines, flawLines, qualityLines, shortTime } from "./data-report.ts";
import { abortOnSignals } from "./data-signals.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { createProgress } from "./progress.ts";
import { defaultRoot, readableRoot } from "./root.ts";
import { groupDigits } from "./table.ts";
import type { Shell } from "./verb.ts";

type CheckOptions = BarFileOptions & Readonly<{ root: string; json: boolean }>;

const examples = `
Examples:
  $ assay data check btc.csv.gz --instrument BTC-USDT-SWAP --interval 15m
  $ assay data check sp500-daily
`;

/** `assay data check`: looks through a file as an import would, or verifies a landed dataset. */
export function addDataCheck(data: Command, shell: Shell): void {
  data
    .command("check")
    .description("look through a file before importing it, or verify a dataset byte by byte")
    .argument("<file|dataset>", "CSV file, or name or id of a dataset")
    .option("--instrument <id|file>", "for a file: built-in instrument or a JSON file of one")
    .option("--interval <length>", "for a file: length of a bar")
    .option("--columns <list>", "for a file: what the columns mean", defaultBarColumns)
    .option("--stamp <start|end>", "for a file: whether a row's time starts or ends it", "start")
    .option("--root <dir>", "where datasets live", defaultRoot)
    .option("--json", "one JSON line of data", false)
    .addHelpText("after", examples)
    .action(async (target: string, options: CheckOptions) => {
      const output = shell.output(options);
      const isFile = /\.(?:csv|gz|txt)$/.test(target) || isFileThere(target);
      shell.end(
        isFile ? await checkFile(target, options, output) : checkLanded(target, options, output),
      );
    });
}

async function checkFile(path: string, options: CheckOptions, output: Output): Promise<ExitCode> {
  const file = readBarFile(path, options);
  if (!file.ok) return output.fail(file.fault);
  const { raw, live, json, columns } = output;
  const stream = { write: raw };
  const progress = createProgress({
    stream,
    isTty: live,
    json,
    columns,
    label: "check",
    unit: "B",
  });
  using stop = abortOnSignals();
  const scan = await checkBarFile(file.value, {
    signal: stop.signal,
    onProgress: ({ bytes_done, bytes_total, rows }) =>
      progress.update(bytes_done, bytes_total, { rows }),
  });
  progress.end();
  if (!scan.ok) return output.fail(scan.fault);
  const isClean = scan.value.flaws.length === 0;
  for (const line of scanLines(scan.value, file.value.intervalMs)) output.line(line);
  output.record({ type: "check", ok: isClean, ...scan.value });
  return isClean ? exitCodes.ok : exitCodes.finding;
}

function checkLanded(ref: string, options: CheckOptions, output: Output): ExitCode {
  const root = readableRoot(options.root);
  if (!root.ok) return output.fail(root.fault);
  const opened = openDataset(root.value, ref);
  if (!opened.ok) {
    const code = output.fail(opened.fault);
    return opened.fault.code === "dataset_damaged" ? exitCodes.finding : code;
  }
  using dataset = opened.value;
  const { document, directory } = dataset;
  for (const line of datasetLines(document)) output.line(line);
  output.line("verified  every byte of bars and funding against the id");
  output.record({ type: "check", ok: true, directory, document });
  return exitCodes.ok;
}

function scanLines(scan: BarScan, intervalMs: number): readonly string[] {
  const span = `${shortTime(scan.first_ts_ms)} to ${shortTime(scan.last_ts_ms)}`;
  return [
    `bars      ${groupDigits(scan.bars)} of ${intervalText(intervalMs)}, ${span}`,
    ...qualityLines(scan.quality),
    ...flawLines(scan.flaws, "if allowed, "),
  ];
}

function isFileThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
