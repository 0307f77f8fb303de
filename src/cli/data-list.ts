import type { Command } from "commander";
import { listDatasets, type StoreEntry } from "#datasets";
import { intervalText } from "#market";
import { shortTime } from "./data-report.ts";
import { exitCodes } from "./exit-codes.ts";
import { defaultRoot, readableRoot } from "./root.ts";
import { type Column, groupDigits, tableLines } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

/** `assay data ls`: what is in the store, by its documents; exit 1 when one is damaged. */
export function addDataList(data: Command, shell: Shell): void {
  data
    .command("ls")
    .description("list the datasets under the root")
    .option("--root <dir>", "where datasets live", defaultRoot)
    .option("--json", "one JSON line for each dataset", false)
    .action((options: Readonly<{ root: string; json: boolean }>) => {
      const output = shell.output(options);
      const root = endOrValue(readableRoot(options.root), shell, output);
      if (root === null) return;
      const entries = endOrValue(listDatasets(root), shell, output);
      if (entries === null) return;
      if (entries.length === 0) output.note(`no dataset in ${root}; assay data import brings one`);
      else for (const line of tableLines(columns, entries.map(rowOf))) output.line(line);
      for (const entry of entries) output.record(recordOf(entry));
      const isSound = entries.every(({ document }) => document.ok);
      shell.end(isSound ? exitCodes.ok : exitCodes.finding);
    });
}

const columns: readonly Column[] = [
  { title: "id", align: "left" },
  { title: "name", align: "left" },
  { title: "instrument", align: "left" },
  { title: "bar", align: "left" },
  { title: "bars", align: "right" },
  { title: "from", align: "left" },
  { title: "to", align: "left" },
  { title: "funding", align: "left" },
  { title: "flaws", align: "right" },
];

function rowOf({ short_id, document }: StoreEntry): readonly string[] {
  if (!document.ok) return [short_id, `damaged: ${document.fault.message}`];
  const { name, instrument, bar_interval_ms, bars, funding, flaws } = document.value;
  return [
    short_id,
    name ?? "-",
    instrument.id,
    intervalText(bar_interval_ms),
    groupDigits(bars.rows),
    shortTime(bars.first_utc),
    shortTime(bars.last_utc),
    funding?.venue ?? "-",
    groupDigits(flaws.reduce((sum, { count }) => sum + count, 0)),
  ];
}

function recordOf({ short_id, directory, document }: StoreEntry): object {
  const place = { type: "dataset", short_id, directory };
  return document.ok
    ? { ...place, ok: true, document: document.value }
    : { ...place, ok: false, fault: document.fault };
}
