import { type Fault, ok, type Result } from "#base";
import { listSources } from "../sources/list-sources.ts";
import type { BuildOptions, BuildReport } from "./build-options.ts";
import { indexAll, stampTime } from "./index-all.ts";

/**
 * Makes the whole index from the files. The old one serves until the new one is complete, and
 * stays when it does not become so. Faults: root_unreadable, those of the store.
 */
export function rebuildCatalog(options: BuildOptions): Promise<Result<BuildReport, Fault>> {
  const { root, store, clock } = options;
  return store.replace(async (db) => {
    const sources = listSources(root);
    if (!sources.ok) return sources;
    const counts = await indexAll(db, sources.value, options);
    await stampTime(db, clock);
    const total = sources.value.length;
    return ok({ how: "rebuilt", sources: total, ...counts, unchanged: 0, removed: 0 });
  });
}
