import { type Fault, ok, type Result } from "#base";
import { listSources } from "../sources/list-sources.ts";
import type { BuildOptions, BuildReport } from "./build-options.ts";
import { compareSources } from "./compare-sources.ts";
import { forgetRows } from "./forget-source.ts";
import { indexAll, stampTime } from "./index-all.ts";
import { rebuildCatalog } from "./rebuild-catalog.ts";

/**
 * Brings the index up to the files: reads what is new or has changed and forgets what is gone, so
 * that the outcome is that of a rebuild. Where there is no index, or a damaged one, or one of
 * another version, it rebuilds.
 */
export async function refreshCatalog(options: BuildOptions): Promise<Result<BuildReport, Fault>> {
  const state = await options.store.state();
  if (!state.ok) return state;
  if (state.value !== "ready") return rebuildCatalog(options);
  const refreshed = await refresh(options);
  const damaged = !refreshed.ok && refreshed.fault.code === "catalog_damaged";
  return damaged ? rebuildCatalog(options) : refreshed;
}

async function refresh(options: BuildOptions): Promise<Result<BuildReport, Fault>> {
  const { root, store, clock } = options;
  const now = listSources(root);
  if (!now.ok) return now;
  // Most often nothing has changed: then nothing is written, and a catalog on a medium that
  // cannot be written serves.
  const before = await store.read(async (db) => ok(await compareSources(db, now.value)));
  if (!before.ok) return before;
  if (before.value.fresh.length === 0 && before.value.stale.length === 0) {
    return ok(reportOf(now.value.length, { indexed: 0, skipped: 0 }, 0));
  }
  return store.change(async (db) => {
    // The first statement writes: whoever refreshes at the same time waits here, and what is read
    // below is what the other one left.
    await stampTime(db, clock);
    const sources = listSources(root);
    if (!sources.ok) return sources;
    const { fresh, stale } = await compareSources(db, sources.value);
    for (const source of stale) {
      if (source.state === "indexed") await forgetRows(db, source);
      await db.deleteFrom("sources").where("path", "=", source.path).execute();
    }
    const counts = await indexAll(db, fresh, options);
    const replaced = new Set(fresh.map(({ path }) => path));
    const removed = stale.filter(({ path }) => !replaced.has(path)).length;
    return ok(reportOf(sources.value.length, counts, removed));
  });
}

function reportOf(
  sources: number,
  counts: Readonly<{ indexed: number; skipped: number }>,
  removed: number,
): BuildReport {
  const unchanged = sources - counts.indexed - counts.skipped;
  return { how: "refreshed", sources, ...counts, unchanged, removed };
}
