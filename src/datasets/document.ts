import { createHash } from "node:crypto";
import { canonicalJson } from "#base";
import type { GridPhase, Instrument } from "#market";
import type { BarQuality } from "./bar-quality.ts";
import type { BarStamp } from "./bar-rows.ts";
import type { FlawRecord } from "./flaws.ts";

export const datasetSchema = "dataset/1";
/** Changes when the same source file would land differently. */
export const importerVersion = "import/1";
/** Hex digits of the dataset id that name its directory. */
export const shortIdLength = 16;

export const barsFile = "bars.bin";
export const fundingFile = "funding.bin";
export const documentFile = "dataset.json";

/** What a dataset's id is made of: the contents and what gives them meaning, nothing else. */
export type DatasetIdentity = Readonly<{
  schema_version: typeof datasetSchema;
  instrument: Instrument;
  bar_interval_ms: number;
  bars_sha256: string;
  funding_sha256: string | null;
  funding_venue: string | null;
}>;

/** `dataset.json`: the identity, and beside it what was found and where it came from. */
export type DatasetDocument = Readonly<{
  schema_version: typeof datasetSchema;
  dataset_id: string;
  name: string | null;
  instrument: Instrument;
  bar_interval_ms: number;
  bars: BarsSection;
  funding: FundingSection | null;
  /** Why there is no funding; null when there is. */
  funding_reason: FundingReason | null;
  quality: BarQuality;
  flaws: readonly FlawRecord[];
  provenance: Provenance;
}>;

/** `instrument_pays_none`: nothing to know. `not_imported`: payments exist, nobody gave them. */
export type FundingReason = "instrument_pays_none" | "not_imported";

export type BarsSection = Readonly<{
  file: typeof barsFile;
  sha256: string;
  rows: number;
  first_ts_ms: number;
  last_ts_ms: number;
  first_utc: string;
  last_utc: string;
  grid: GridPhase;
}>;

export type FundingSection = Readonly<{
  file: typeof fundingFile;
  sha256: string;
  rows: number;
  /** Whose rates these are; not always the instrument's venue. */
  venue: string;
  interval_ms: number;
  first_ts_ms: number;
  last_ts_ms: number;
  first_utc: string;
  last_utc: string;
  /** Payments stamped up to a second late, moved back to their minute. */
  snapped_rows: number;
  rounded_rates: number;
  gaps: number;
  missing_payments: number;
  flaws: readonly FlawRecord[];
  provenance: SourceFile;
}>;

export type SourceFile = Readonly<{
  file: string;
  bytes: number;
  sha256: string;
  lines: number;
  columns: string;
}>;

type Provenance = SourceFile &
  Readonly<{
    importer: string;
    stamp: BarStamp;
    source: string | null;
    licence: string | null;
    /** How the file was fetched; null for a file somebody gave. */
    fetched: FetchedFrom | null;
  }>;

export type FetchedFrom = Readonly<{
  exchange: string;
  symbol: string;
  client: string;
  from_utc: string;
  to_utc: string;
}>;

/** SHA-256 over the canonical JSON of the identity. */
export function datasetIdOf(identity: DatasetIdentity): string {
  return createHash("sha256").update(canonicalJson(identity)).digest("hex");
}

/** The identity as a landed document states it. */
export function identityOf(document: DatasetDocument): DatasetIdentity {
  return {
    schema_version: document.schema_version,
    instrument: document.instrument,
    bar_interval_ms: document.bar_interval_ms,
    bars_sha256: document.bars.sha256,
    funding_sha256: document.funding?.sha256 ?? null,
    funding_venue: document.funding?.venue ?? null,
  };
}

export function shortIdOf(datasetId: string): string {
  return datasetId.slice(0, shortIdLength);
}
