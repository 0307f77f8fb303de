import type { Clock } from "#base";
import type { CatalogStore } from "../store/store.ts";

export type BuildOptions = Readonly<{
  root: string;
  store: CatalogStore;
  clock: Clock;
  /** After each source. */
  progress?: (now: BuildProgress) => void;
}>;

export type BuildProgress = Readonly<{ done: number; total: number; path: string }>;

/** What a look at the files changed in the index. */
export type BuildReport = Readonly<{
  how: "rebuilt" | "refreshed";
  /** What is under the root now; of these so many were read, and so many of those in vain. */
  sources: number;
  indexed: number;
  skipped: number;
  unchanged: number;
  /** Sources that are gone. */
  removed: number;
}>;
