import type { Command } from "commander";
import type { Fault, Result } from "#base";
import type * as catalogLayer from "#catalog";
import type { BuildProgress, BuildReport, CatalogStore } from "#catalog";
import type { ExitCode } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { createProgress } from "./progress.ts";
import { defaultRoot, readableRoot } from "./root.ts";
import { endOrValue, type Shell } from "./verb.ts";

export type CatalogOptions = Readonly<{
  root: string;
  catalog?: string | undefined;
  json: boolean;
}>;

/** What the work of a verb gets: the layer itself, loaded by now, and the index of the root. */
export type OpenCatalog = Readonly<{
  catalog: CatalogLayer;
  store: CatalogStore;
  root: string;
  output: Output;
}>;

/** SQL takes as long to load as everything else: only verbs that ask the index pay for it. */
type CatalogLayer = typeof catalogLayer;

type Work = (open: OpenCatalog) => Promise<ExitCode | null>;

export function addCatalogOptions(command: Command): Command {
  return command
    .option("--root <dir>", "where runs, pools and campaigns live", defaultRoot)
    .option(
      "--catalog <file|url>",
      "the index: a file, or postgres://user@host/database (default: catalog.sqlite in the root)",
    )
    .option("--json", "JSON lines", false);
}

/** Opens the index as it is; null from the work means that it said its fault itself. */
export async function withCatalog(
  options: CatalogOptions,
  shell: Shell,
  work: Work,
): Promise<void> {
  const output = shell.output(options);
  const root = endOrValue(readableRoot(options.root), shell, output);
  if (root === null) return;
  const catalog = await import("#catalog");
  const opened = endOrValue(await catalog.openStore(root, options.catalog ?? null), shell, output);
  if (opened === null) return;
  await using store = opened;
  const exit = await work({ catalog, store, root, output });
  if (exit !== null) shell.end(exit);
}

/**
 * As `withCatalog`, after a look at the files: the answer is about what is there now. Where the
 * file in the root cannot be brought up to them, an index in memory answers this once.
 */
export function withFreshCatalog(options: CatalogOptions, shell: Shell, work: Work): Promise<void> {
  return withCatalog(options, shell, async (open) => {
    const { catalog, output } = open;
    const refreshed = await build(open, catalog.refreshCatalog);
    const cannotKeep = !refreshed.ok && notKept.has(refreshed.fault.code);
    if (!cannotKeep || options.catalog !== undefined) {
      return endOrValue(refreshed, shell, output) === null ? null : work(open);
    }
    const { code } = refreshed.fault;
    output.note(`the catalog cannot be brought up to the files [${code}]; this is from memory`);
    await using store = catalog.createMemoryStore();
    const inMemory = { ...open, store };
    const built = endOrValue(await build(inMemory, catalog.rebuildCatalog), shell, output);
    return built === null ? null : await work(inMemory);
  });
}

const notKept: ReadonlySet<string> = new Set([
  "catalog_unwritable",
  "catalog_disk_full",
  "catalog_lock_timed_out",
]);

/** Runs a build of the index with its progress on standard error. */
export async function build(
  { store, root, output }: OpenCatalog,
  act: CatalogLayer["rebuildCatalog"],
): Promise<Result<BuildReport, Fault>> {
  const { raw, live: isTty, json, columns } = output;
  const stream = { write: raw };
  const progress = createProgress({
    stream,
    isTty,
    json,
    columns,
    label: "index",
    unit: "sources",
  });
  try {
    const clock = { nowMillis: () => Date.now() };
    const onSource = ({ done, total }: BuildProgress): void => progress.update(done, total);
    return await act({ root, store, clock, progress: onSource });
  } finally {
    progress.end();
  }
}
