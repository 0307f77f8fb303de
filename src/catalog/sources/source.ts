import type { Fault } from "#base";
import type { SourceKind } from "../tables/source-rows.ts";

/** Something under the root that the index is made of. */
export type Source = Readonly<{
  kind: SourceKind;
  /** Unique within the kind. */
  name: string;
  /** Relative to the root, with `/`. */
  path: string;
  /** Changes when a file that the index reads does. */
  stamp: string;
  /** Why it cannot be what its place says; null when it can. */
  refusal: Fault | null;
}>;
