import type { Columns } from "./columns.ts";

export type SourceKind = "run" | "dataset" | "campaign" | "pool" | "incident";

/** Something under the root that rows were made of, or why none were. */
export type SourceRow = Readonly<{
  /** Relative to the root, with `/`. */
  path: string;
  kind: SourceKind;
  /** Unique within its kind: the run id, the campaign id and so on. */
  name: string;
  /** Changes when a file of the source does; says nothing about contents. */
  stamp: string;
  state: "indexed" | "skipped";
  reason_code: string | null;
  /** One sentence. */
  reason: string | null;
  /** File, and line where there is one, within the root. */
  reason_at: string | null;
}>;

export const sourceColumns: Columns<SourceRow> = {
  path: "text",
  kind: "text",
  name: "text",
  stamp: "text",
  state: "text",
  reason_code: "text or null",
  reason: "text or null",
  reason_at: "text or null",
};

/** One row: what marks the tables as ours. */
export type InfoRow = Readonly<{
  marker: string;
  schema_version: number;
  /** Wall clock of the last look at the files, UTC. */
  refreshed_at: string;
}>;

export const infoColumns: Columns<InfoRow> = {
  marker: "text",
  schema_version: "integer",
  refreshed_at: "text",
};
