export type { BuildOptions, BuildProgress, BuildReport } from "./build/build-options.ts";
export { rebuildCatalog } from "./build/rebuild-catalog.ts";
export { refreshCatalog } from "./build/refresh-catalog.ts";
export {
  type CatalogInfo,
  catalogInfo,
  listSkipped,
  type SkippedSource,
} from "./queries/catalog-info.ts";
export { type DumpSummary, dumpCatalog } from "./queries/dump-catalog.ts";
export {
  type AgentFilter,
  type FoundAgent,
  type FoundAgents,
  findAgents,
} from "./queries/find-agents.ts";
export {
  type ListedRun,
  listRuns,
  type RunFilter,
  type RunList,
  type RunListRequest,
  type RunSortKey,
  runSortColumns,
} from "./queries/run-list.ts";
export { openStore } from "./store/open-store.ts";
export { createMemoryStore } from "./store/sqlite-store.ts";
export type { CatalogStore } from "./store/store.ts";
