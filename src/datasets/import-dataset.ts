import { join } from "node:path";
import { canonicalJson, err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { barFields, type Instrument } from "#market";
import type { BarStamp } from "./bar-rows.ts";
import { type BarRole, type ColumnPlan, type FundingRole, planText } from "./columns.ts";
import {
  type BarsSection,
  barsFile,
  type DatasetDocument,
  type DatasetIdentity,
  datasetIdOf,
  datasetSchema,
  type FetchedFrom,
  type FundingSection,
  fundingFile,
  importerVersion,
  type SourceFile,
  shortIdLength,
} from "./document.ts";
import { type FlawCode, type FlawRecord, refusal } from "./flaws.ts";
import { openDirectory } from "./open-dataset.ts";
import { createRowWriter } from "./row-file.ts";
import { type BarScan, type ScanProgress, scanBars } from "./scan-bars.ts";
import { scanFunding } from "./scan-funding.ts";
import { createStaging, findDataset, landStaging, readDocument, removeStaging } from "./store.ts";
import type { FileFacts } from "./text-lines.ts";

/** What to import and what to call it. */
export type ImportRequest = Readonly<{
  root: string;
  path: string;
  columns: ColumnPlan<BarRole>;
  instrument: Instrument;
  intervalMs: number;
  stamp: BarStamp;
  /** Kinds of flawed rows that may be left out or rounded; everything else refuses the file. */
  allow: ReadonlySet<FlawCode>;
  name: string | null;
  funding: FundingRequest | null;
  source: string | null;
  licence: string | null;
  fetched: FetchedFrom | null;
}>;

export type FundingRequest = Readonly<{
  path: string;
  columns: ColumnPlan<FundingRole>;
  /** Whose rates they are; null for the instrument's own venue. */
  venue: string | null;
}>;

export type ImportHooks = Readonly<{
  onProgress?: ((progress: ScanProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}>;

/** A dataset that is in the store now, by this import or by an earlier one of the same content. */
export type ImportOutcome = Readonly<{
  status: "landed" | "already_present";
  directory: string;
  document: DatasetDocument;
}>;

/**
 * Reads, checks, converts and lands one dataset, whole or not at all. Faults: those of scanBars
 * and scanFunding, rows_refused, name_malformed, name_taken, funding_not_paid, funding_elsewhere,
 * dataset_conflict, flaws_unrecorded, disk_full, disk_write_failed.
 */
export async function importDataset(
  request: ImportRequest,
  hooks: ImportHooks = {},
): Promise<Result<ImportOutcome, Fault>> {
  if (request.name !== null && !nameForm.test(request.name)) {
    const message = `a dataset name is letters, digits, dot, dash, underscore: ${request.name}`;
    return err({ code: "name_malformed", message: message.slice(0, 160) });
  }
  if (request.funding !== null && request.instrument.funding.interval_ms === null) {
    const message = `${request.instrument.id} pays no funding; leave --funding out`;
    return err({ code: "funding_not_paid", message, at: request.funding.path });
  }
  const staging = createStaging(request.root);
  if (!staging.ok) return staging;
  try {
    const document = await stage(staging.value, request, hooks);
    if (!document.ok) return document;
    const taken = nameConflict(request.root, document.value);
    if (taken !== null) return err(taken);
    const landing = landStaging(request.root, staging.value, document.value);
    if (!landing.ok) return landing;
    const { status, directory } = landing.value;
    return status === "landed"
      ? ok({ status, directory, document: document.value })
      : presentOutcome(directory, document.value);
  } finally {
    removeStaging(staging.value);
  }
}

/** A name must not be mistaken for the beginning of an id. */
const nameForm = /^(?![0-9a-f]{4,64}$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Writes the row files and composes the document; nothing is visible to readers yet. */
async function stage(
  staging: string,
  request: ImportRequest,
  hooks: ImportHooks,
): Promise<Result<DatasetDocument, Fault>> {
  const bars = await stageBars(staging, request, hooks);
  if (!bars.ok) return bars;
  const funding = await stageFunding(staging, request, bars.value.scan, hooks);
  if (!funding.ok) return funding;
  const { section, scan } = bars.value;

  const identity: DatasetIdentity = {
    schema_version: datasetSchema,
    instrument: request.instrument,
    bar_interval_ms: request.intervalMs,
    bars_sha256: section.sha256,
    funding_sha256: funding.value?.sha256 ?? null,
    funding_venue: funding.value?.venue ?? null,
  };
  const paysNone = request.instrument.funding.interval_ms === null;
  const whyNoFunding = paysNone ? "instrument_pays_none" : "not_imported";
  return ok({
    schema_version: datasetSchema,
    dataset_id: datasetIdOf(identity),
    name: request.name,
    instrument: request.instrument,
    bar_interval_ms: request.intervalMs,
    bars: section,
    funding: funding.value,
    funding_reason: funding.value === null ? whyNoFunding : null,
    quality: scan.quality,
    flaws: scan.flaws,
    provenance: {
      ...sourceFile(scan.facts, planText(request.columns)),
      importer: importerVersion,
      stamp: request.stamp,
      source: request.source,
      licence: request.licence,
      fetched: request.fetched,
    },
  });
}

type StagedBars = Readonly<{ section: BarsSection; scan: BarScan }>;

async function stageBars(
  staging: string,
  request: ImportRequest,
  hooks: ImportHooks,
): Promise<Result<StagedBars, Fault>> {
  const written = await withWriter(join(staging, barsFile), barFields.length, (add) =>
    scanBars(request, {
      ...hooks,
      onBar: (row) => add([row.ts_ms, row.open, row.high, row.low, row.close, row.volume]),
    }),
  );
  if (!written.ok) return written;
  const { scan, sha256 } = written.value;
  const refused = refusal(scan.flaws, request.allow, request.path);
  if (refused !== null) return err(refused);
  const section: BarsSection = {
    file: barsFile,
    sha256,
    rows: scan.bars,
    ...spanOf(scan),
    grid: scan.phase,
  };
  return ok({ section, scan });
}

async function stageFunding(
  staging: string,
  request: ImportRequest,
  bars: BarScan,
  hooks: ImportHooks,
): Promise<Result<FundingSection | null, Fault>> {
  const { funding, instrument } = request;
  const intervalMs = instrument.funding.interval_ms;
  if (funding === null || intervalMs === null) return ok(null);
  const source = { path: funding.path, columns: funding.columns, intervalMs };
  const written = await withWriter(join(staging, fundingFile), 2, (add) =>
    scanFunding(source, { signal: hooks.signal, onPayment: (ts, rate) => add([ts, rate]) }),
  );
  if (!written.ok) return written;
  const { scan, sha256 } = written.value;
  const refused = refusal(scan.flaws, request.allow, funding.path);
  if (refused !== null) return err(refused);
  if (scan.last_ts_ms < bars.first_ts_ms || scan.first_ts_ms > bars.last_ts_ms) {
    const span = `${isoFromMillis(scan.first_ts_ms)} to ${isoFromMillis(scan.last_ts_ms)}`;
    const message = `the funding payments (${span}) lie outside the bars`;
    return err({ code: "funding_elsewhere", message, at: funding.path });
  }
  return ok({
    file: fundingFile,
    sha256,
    rows: scan.rows,
    venue: funding.venue ?? instrument.venue,
    interval_ms: intervalMs,
    ...spanOf(scan),
    snapped_rows: scan.snapped_rows,
    rounded_rates: scan.rounded_rates,
    gaps: scan.gaps,
    missing_payments: scan.missing_payments,
    flaws: scan.flaws,
    provenance: sourceFile(scan.facts, planText(funding.columns)),
  });
}

/** Runs a scan whose rows go to a new file; the file is complete when this is ok. */
async function withWriter<T>(
  path: string,
  width: number,
  scan: (add: (values: readonly number[]) => void) => Promise<Result<T, Fault>>,
): Promise<Result<Readonly<{ scan: T; sha256: string }>, Fault>> {
  const writer = createRowWriter(path, width);
  if (!writer.ok) return writer;
  const scanned = await scan(writer.value.add);
  if (!scanned.ok) {
    writer.value.abandon();
    return scanned;
  }
  const written = writer.value.end();
  return written.ok ? ok({ scan: scanned.value, sha256: written.value.sha256 }) : written;
}

/** A name means one dataset; the same content under its own name is no conflict. */
function nameConflict(root: string, document: DatasetDocument): Fault | null {
  if (document.name === null) return null;
  const found = findDataset(root, document.name);
  if (!found.ok || !found.value.document.ok) return null;
  const { name, dataset_id: id } = found.value.document.value;
  if (name !== document.name || id === document.dataset_id) return null;
  const message = `the name ${name} belongs to dataset ${found.value.short_id}; choose another`;
  return { code: "name_taken", message, at: root };
}

/** The place is taken: fine when what lies there is complete and has the same id. */
function presentOutcome(
  directory: string,
  document: DatasetDocument,
): Result<ImportOutcome, Fault> {
  const present = readDocument(directory);
  if (!present.ok) return present;
  if (present.value.dataset_id !== document.dataset_id) {
    const message = `this place holds dataset ${present.value.dataset_id}`;
    return err({ code: "dataset_conflict", message, at: directory });
  }
  const opened = openDirectory(directory, present.value);
  if (!opened.ok) return opened;
  opened.value.close();
  const unrecorded = flawsUnrecorded(document, present.value);
  if (unrecorded !== null) return err({ ...unrecorded, at: directory });
  return ok({ status: "already_present", directory, document: present.value });
}

/**
 * A dataset has one record. Where it tells nothing of what was left out of this file, saying that
 * all is there would lose it.
 */
function flawsUnrecorded(document: DatasetDocument, present: DatasetDocument): Fault | null {
  const flaws = flawsOf(document);
  const recorded = new Set(flawsOf(present).map((flaw) => canonicalJson(flaw)));
  if (flaws.every((flaw) => recorded.has(canonicalJson(flaw)))) return null;
  const found = flaws.map(({ code, count }) => `${count} ${code}`).join(", ");
  const id = present.dataset_id.slice(0, shortIdLength);
  const message =
    `without its flaws (${found}) it is dataset ${id}, whose record is of ` +
    `${present.provenance.file} and tells nothing of them: use that dataset, or import this file ` +
    "under another --root";
  return { code: "flaws_unrecorded", message };
}

function flawsOf({ flaws, funding }: DatasetDocument): readonly FlawRecord[] {
  return [...flaws, ...(funding?.flaws ?? [])];
}

type Span = Readonly<{
  first_ts_ms: number;
  last_ts_ms: number;
  first_utc: string;
  last_utc: string;
}>;

function spanOf(scan: Readonly<{ first_ts_ms: number; last_ts_ms: number }>): Span {
  return {
    first_ts_ms: scan.first_ts_ms,
    last_ts_ms: scan.last_ts_ms,
    first_utc: isoFromMillis(scan.first_ts_ms),
    last_utc: isoFromMillis(scan.last_ts_ms),
  };
}

function sourceFile(facts: FileFacts, columns: string): SourceFile {
  const { name, bytes, sha256, lines } = facts;
  return { file: name, bytes, sha256, lines, columns };
}
