import { z } from "zod";
import { err, type Fault, ok, parseJson, type Result } from "#base";
import { parseInstrument } from "#market";
import {
  barsFile,
  type DatasetDocument,
  datasetIdOf,
  datasetSchema,
  fundingFile,
  identityOf,
} from "./document.ts";
import { type FlawCode, flawTreatments } from "./flaws.ts";

/**
 * Reads `dataset.json` and recomputes the id it claims. Fault: dataset_damaged, for anything that
 * is not what this version lands.
 */
export function parseDocument(text: string, at: string): Result<DatasetDocument, Fault> {
  const json = parseJson(text);
  if (!json.ok) return damaged(`not strict JSON: ${json.fault.message}`, at);
  const read = documentShape.safeParse(json.value);
  if (!read.success) {
    const issue = read.error.issues[0];
    return damaged(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "malformed"}`, at);
  }
  const document: DatasetDocument = read.data;
  const id = datasetIdOf(identityOf(document));
  return id === document.dataset_id ? ok(document) : damaged(`what it says has the id ${id}`, at);
}

function damaged(reason: string, at: string): Result<never, Fault> {
  return err({
    code: "dataset_damaged",
    message: `the dataset document is damaged: ${reason}`,
    at,
  });
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const time = z.int();
const utc = z.string().max(40);
const size = z.number().min(0);

const instrument = z.json().transform((value, context) => {
  const read = parseInstrument(value);
  if (read.ok) return read.value;
  context.addIssue(read.fault.message);
  return z.NEVER;
});

const flawCode = z.custom<FlawCode>(
  (value) => typeof value === "string" && Object.hasOwn(flawTreatments, value),
);

const flaws = z.array(
  z.strictObject({
    code: flawCode,
    count,
    treatment: z.string(),
    places: z.array(z.strictObject({ line: count, message: z.string() })),
  }),
);

const grid = z.strictObject({ zone: z.enum(["utc", "new_york"]), phase_ms: count });

const sourceFile = {
  file: z.string(),
  bytes: count,
  sha256,
  lines: count,
  columns: z.string(),
};

const span = { first_ts_ms: time, last_ts_ms: time, first_utc: utc, last_utc: utc };

const bars = z.strictObject({
  file: z.literal(barsFile),
  sha256,
  rows: z.int().min(1),
  ...span,
  grid,
});

const funding = z.strictObject({
  file: z.literal(fundingFile),
  sha256,
  rows: z.int().min(1),
  venue: z.string(),
  interval_ms: z.int().min(1),
  ...span,
  snapped_rows: count,
  rounded_rates: count,
  gaps: count,
  missing_payments: count,
  flaws,
  provenance: z.strictObject(sourceFile),
});

const outliers = z.strictObject({
  kind: z.enum(["close_return", "wick"]),
  median_move: size.nullable(),
  threshold_z: size,
  count,
  largest: z.array(z.strictObject({ ts_utc: utc, move: size, z: size })),
});

const quality = z.strictObject({
  gaps: z.strictObject({
    count,
    missing_bars: count,
    longest: z.array(z.strictObject({ after_utc: utc, before_utc: utc, missing_bars: count })),
  }),
  zero_volume: z.strictObject({
    bars: count,
    runs: count,
    longest: z.array(z.strictObject({ from_utc: utc, bars: count })),
  }),
  outside_session: z.strictObject({ bars: count, first_utc: utc.nullable() }),
  outliers: z.array(outliers),
  rounding: z.strictObject({
    rounded_prices: count,
    bars_with_rounded_prices: count,
    largest_price_error_ticks: size,
    bars_over_tenth_tick: count,
    bars_with_rounded_volume: count,
    largest_volume_error_lots: size,
    volumes_rounded_to_zero: count,
  }),
});

const fetched = z.strictObject({
  exchange: z.string(),
  symbol: z.string(),
  client: z.string(),
  from_utc: utc,
  to_utc: utc,
});

const documentShape = z.strictObject({
  schema_version: z.literal(datasetSchema),
  dataset_id: sha256,
  name: z.string().nullable(),
  instrument,
  bar_interval_ms: z.int().min(1000),
  bars,
  funding: funding.nullable(),
  funding_reason: z.enum(["instrument_pays_none", "not_imported"]).nullable(),
  quality,
  flaws,
  provenance: z.strictObject({
    ...sourceFile,
    importer: z.string(),
    stamp: z.enum(["start", "end"]),
    source: z.string().nullable(),
    licence: z.string().nullable(),
    fetched: fetched.nullable(),
  }),
});
