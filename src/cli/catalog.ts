import type { Command } from "commander";
import type { BuildReport, CatalogInfo, SkippedSource } from "#catalog";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { groupDigits } from "./table.ts";
import type { Shell } from "./verb.ts";
import {
  addCatalogOptions,
  build,
  type CatalogOptions,
  type OpenCatalog,
  withCatalog,
} from "./with-catalog.ts";

const about = `
The catalog is an index over the evidence and holds nothing else: runs ls and runs find bring it up
to the files by themselves, deleting it loses nothing, and rebuild makes it anew. It is a file in
the root, or tables in PostgreSQL; a password is best left to PGPASSWORD or .pgpass.

Examples:
  $ assay catalog rebuild
  $ assay catalog rebuild --catalog postgres://assay@db:5432/assay
  $ assay catalog info
  $ assay catalog dump | sha256sum
`;

/** `assay catalog rebuild | info | dump`: the index itself. */
export function addCatalog(program: Command, shell: Shell): void {
  const catalog = program
    .command("catalog")
    .description("rebuild or look at the index over runs, agents, pools and campaigns")
    .addHelpText("after", about);
  const verbs = [
    { name: "rebuild", about: "make the index anew from the files", work: rebuild },
    { name: "info", about: "what the index holds, and what could not be read", work: info },
    { name: "dump", about: "all of it as JSON lines: equal files, equal bytes", work: dump },
  ];
  for (const { name, about: description, work } of verbs) {
    addCatalogOptions(catalog.command(name).description(description)).action(
      (options: CatalogOptions) => withCatalog(options, shell, work),
    );
  }
}

async function rebuild(open: OpenCatalog): Promise<ExitCode> {
  const { catalog, store, output } = open;
  const report = await build(open, catalog.rebuildCatalog);
  if (!report.ok) return output.fail(report.fault);
  const skipped = await catalog.listSkipped(store);
  if (!skipped.ok) return output.fail(skipped.fault);
  sayRebuilt(report.value, store.place, output);
  saySkipped(skipped.value, output);
  output.record({ type: "result", place: store.place, ...report.value });
  return exitCodes.ok;
}

function sayRebuilt({ indexed, skipped }: BuildReport, place: string, output: Output): void {
  output.line(`catalog  ${place}`);
  output.line(`indexed  ${groupDigits(indexed)}`);
  output.line(`skipped  ${groupDigits(skipped)}`);
}

function saySkipped(skipped: readonly SkippedSource[], output: Output): void {
  for (const each of skipped) {
    const place = each.reason_at === null || each.reason_at === each.path ? "" : each.reason_at;
    const where = place === "" ? "" : ` (${place})`;
    output.line(`  ${plain(each.path)}: ${each.reason}${where} [${each.reason_code}]`);
    output.record({ type: "skipped", ...each });
  }
}

async function info({ catalog, store, root, output }: OpenCatalog): Promise<ExitCode> {
  const read = await catalog.catalogInfo(store, root);
  if (!read.ok) return output.fail(read.fault);
  const { skipped, ...facts } = read.value;
  for (const line of infoLines(read.value)) output.line(line);
  saySkipped(skipped, output);
  output.record({ type: "catalog", ...facts, skipped: skipped.length });
  return exitCodes.ok;
}

function infoLines(info: CatalogInfo): readonly string[] {
  const { rows, behind, skipped } = info;
  const isBehind = behind.fresh + behind.gone > 0;
  return [
    `catalog    ${info.place} (${info.engine}, tables of version ${info.schema_version})`,
    `refreshed  ${info.refreshed_at}`,
    isBehind
      ? `behind     ${behind.fresh} to read, ${behind.gone} gone; the next question brings it up`
      : "behind     nothing: it says what the files say",
    ...shownTables.map(
      ([table, title]) => `${title.padEnd(10)} ${groupDigits(rows[table]).padStart(12)}`,
    ),
    `skipped    ${groupDigits(skipped.length).padStart(12)}`,
  ];
}

const shownTables = [
  ["runs", "runs"],
  ["agents", "agents"],
  ["datasets", "datasets"],
  ["campaigns", "campaigns"],
  ["pools", "pools"],
  ["incidents", "incidents"],
] as const;

/** JSON lines in any case: it is for machines to compare. */
async function dump({ catalog, store, output }: OpenCatalog): Promise<ExitCode> {
  const record = (line: string): void => output.record(Object(JSON.parse(line)));
  const dumped = await catalog.dumpCatalog(store, output.json ? record : output.line);
  return dumped.ok ? exitCodes.ok : output.fail(dumped.fault);
}

/** A name under the root may hold anything; a line is one line. */
function plain(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
