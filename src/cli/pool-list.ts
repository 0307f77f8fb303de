import type { Command } from "commander";
import { durationText, millisFromIso } from "#base";
import { type ListedSnapshot, listPool, type MarketWindow, type PoolListing } from "#evidence";
import { shortTime } from "./data-report.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { defaultRoot, readableRoot } from "./root.ts";
import { type Column, groupDigits, tableLines } from "./table.ts";
import { endOrValue, type Shell } from "./verb.ts";

/** `assay pool ls`: what is there by its own word; exit 1 when a line or document is damaged. */
export function addPoolList(pool: Command, shell: Shell): void {
  pool
    .command("ls")
    .description("list pools, checkpoints, snapshots and the market windows they come from")
    .option("--root <dir>", "where pools lie", defaultRoot)
    .option("--json", "one JSON line for the pool and each snapshot", false)
    .action((options: Readonly<{ root: string; json: boolean }>) => {
      const output = shell.output(options);
      const root = endOrValue(readableRoot(options.root), shell, output);
      if (root === null) return;
      const result = listPool(root);
      if (!result.ok) return shell.end(output.fail(result.fault));
      const listing = result.value;
      if (listing === null) output.note(`no pool in ${root}; assay evolve makes one`);
      else printListing(listing, Date.now(), output);
      shell.end(listing === null || isSound(listing) ? exitCodes.ok : exitCodes.finding);
    });
}

function isSound({ unreadable_lines, torn_bytes, snapshots }: PoolListing): boolean {
  return (
    unreadable_lines + torn_bytes === 0 && snapshots.every(({ document }) => document !== null)
  );
}

function printListing(listing: PoolListing, nowMs: number, output: Output): void {
  const { snapshots, ...pool } = listing;
  output.record({ type: "pool", ...pool });
  for (const snapshot of snapshots) output.record({ type: "snapshot", ...snapshot });
  const newest = listing.checkpoints.at(-1);
  const signed = newest === undefined ? "none" : `newest at ${groupDigits(newest)} records`;
  const rows = [
    `pool         ${listing.pool}  ${listing.path}`,
    `records      ${groupDigits(listing.records)} of ${groupDigits(listing.genes)} genomes, ` +
      `${groupDigits(listing.bytes)} bytes`,
    `root         ${listing.root}`,
    `checkpoints  ${listing.checkpoints.length}, ${signed}`,
    `snapshots    ${snapshots.length}`,
  ];
  for (const row of rows) output.line(row);
  if (listing.unreadable_lines > 0) {
    output.line(
      `damaged      ${groupDigits(listing.unreadable_lines)} lines; see assay pool verify`,
    );
  }
  if (listing.torn_bytes > 0) {
    output.line(`torn         ${groupDigits(listing.torn_bytes)} bytes without a line end`);
  }
  if (listing.windows.length > 0) {
    output.line("");
    const rowsOfWindows = listing.windows.map((window) => windowCells(window, nowMs));
    for (const line of tableLines(windowColumns, rowsOfWindows)) output.line(line);
  }
  if (snapshots.length > 0) {
    output.line("");
    const cells = snapshots.map((snapshot) => snapshotCells(snapshot, nowMs));
    for (const line of tableLines(snapshotColumns, cells)) output.line(line);
  }
}

const windowColumns: readonly Column[] = [
  { title: "window", align: "left" },
  { title: "dataset", align: "left" },
  { title: "from", align: "left" },
  { title: "to", align: "left" },
  { title: "age", align: "right" },
  { title: "records", align: "right" },
];

function windowCells(window: MarketWindow, nowMs: number): readonly string[] {
  const { name, dataset_id, start_utc, end_utc, records } = window;
  const [from, to] = [shortTime(start_utc), shortTime(end_utc)];
  const age = ageText(end_utc, nowMs);
  return [name, dataset_id.slice(0, 16), from, to, age, groupDigits(records)];
}

const snapshotColumns: readonly Column[] = [
  { title: "snapshot", align: "left" },
  { title: "taken", align: "left" },
  { title: "records", align: "right" },
  { title: "genomes", align: "right" },
  { title: "of", align: "right" },
  { title: "windows", align: "right" },
  { title: "market age", align: "right" },
  { title: "signed", align: "left" },
  { title: "note", align: "left" },
];

function snapshotCells(
  { id, is_signed, document, fault }: ListedSnapshot,
  nowMs: number,
): readonly string[] {
  if (document === null) return [id, `damaged: ${fault?.message ?? "unreadable"}`];
  const { windows } = document;
  const newest = windows.map(({ end_utc }) => end_utc).reduce(later, "");
  return [
    id,
    shortTime(document.created_at.replace(/:\d\d\.\d{3}Z$/, ":00.000Z")),
    groupDigits(document.records),
    groupDigits(document.genes),
    groupDigits(document.pool_size),
    groupDigits(windows.length),
    ageText(newest, nowMs),
    is_signed ? "yes" : "no",
    document.note ?? "",
  ];
}

function later(left: string, right: string): string {
  return left > right ? left : right;
}

/** How old the newest bar of a window is, by this machine's clock. */
function ageText(endUtc: string, nowMs: number): string {
  const end = millisFromIso(endUtc);
  return end.ok && nowMs >= end.value ? durationText(nowMs - end.value) : "-";
}
