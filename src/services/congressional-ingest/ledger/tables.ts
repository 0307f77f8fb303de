import type { Migration } from "#mesh";

/** One disclosed trade, once. `number` is the order in which they came in, and are published. */
export type DisclosureTable = {
  disclosure_id: string;
  number: number;
  politician_id: string;
  ticker: string | null;
  transaction_date: string;
  disclosure_date: string;
  source: string;
  source_sha256: string | null;
  source_row: number | null;
  /** Canonical JSON of `assay.disclosure/1`. */
  body: string;
  recorded_at: string;
  published_at: string | null;
};

/** One thing that is wrong with one row. */
export type DefectTable = {
  /** Digest of place, code and row: the same finding is listed once. */
  defect_id: string;
  code: string;
  source: string;
  source_sha256: string | null;
  source_row: number | null;
  found: string;
  /** The row as the source wrote it, as canonical JSON. */
  raw: string;
  /** The disclosure it is told with, or repeats; null when the row was refused. */
  disclosure_id: string | null;
  found_at: string;
};

export type WatermarkTable = {
  source: string;
  last_row: number;
  complete: number;
  disclosed_through: string | null;
  pending_through: string | null;
  disclosed: number;
  known: number;
  refused: number;
  updated_at: string;
};

export type LedgerTables = {
  congressional_ingest_disclosures: DisclosureTable;
  congressional_ingest_defects: DefectTable;
  congressional_ingest_watermarks: WatermarkTable;
};

export const ledgerMigrations: readonly Migration[] = [
  {
    id: "0001_ledger",
    tables: [
      {
        name: "congressional_ingest_disclosures",
        columns: {
          disclosure_id: "text",
          number: "integer",
          politician_id: "text",
          ticker: "text null",
          transaction_date: "text",
          disclosure_date: "text",
          source: "text",
          source_sha256: "text null",
          source_row: "integer null",
          body: "text",
          recorded_at: "text",
          published_at: "text null",
        },
        key: ["disclosure_id"],
        indexes: [["published_at", "number"], ["ticker"], ["disclosure_date"]],
        unique: [["number"]],
      },
      {
        name: "congressional_ingest_defects",
        columns: {
          defect_id: "text",
          code: "text",
          source: "text",
          source_sha256: "text null",
          source_row: "integer null",
          found: "text",
          raw: "text",
          disclosure_id: "text null",
          found_at: "text",
        },
        key: ["defect_id"],
        indexes: [["code"]],
      },
      {
        name: "congressional_ingest_watermarks",
        columns: {
          source: "text",
          last_row: "integer",
          complete: "integer",
          disclosed_through: "text null",
          pending_through: "text null",
          disclosed: "integer",
          known: "integer",
          refused: "integer",
          updated_at: "text",
        },
        key: ["source"],
      },
    ],
  },
];
