import { fileURLToPath } from "node:url";
import { assert, err, type Fault, type Result } from "#base";
import { findInstrument } from "#market";
import { parseBarColumns } from "./columns.ts";
import { type ImportOutcome, importDataset } from "./import-dataset.ts";

/** The name under which the embedded dataset is found. */
export const embeddedName = "sp500-daily";

/**
 * Puts the daily S&P 500 series of 2000 to 2020 into the store, from the npm package
 * vega-datasets; does nothing when it is there. Faults: embedded_unavailable and those of
 * importDataset.
 */
export async function ensureEmbeddedDataset(root: string): Promise<Result<ImportOutcome, Fault>> {
  const path = embeddedFile();
  if (path === null) {
    const message = "the package vega-datasets is not installed; run npm ci";
    return err({ code: "embedded_unavailable", message });
  }
  const columns = parseBarColumns("ts_iso=date,open,high,low,close,volume");
  const instrument = findInstrument("SPX-INDEX");
  assert(columns.ok && instrument !== null, "the embedded dataset is described wrongly");
  return importDataset({
    root,
    path,
    columns: columns.value,
    instrument,
    intervalMs: 86_400_000,
    stamp: "start",
    allow: new Set(),
    name: embeddedName,
    funding: null,
    source: "vega-datasets: sp500-2000.csv",
    licence: "BSD-3-Clause (vega-datasets); values from Yahoo Finance",
    fetched: null,
  });
}

/** The package exports only its code; its data lies in a folder beside that. */
function embeddedFile(): string | null {
  try {
    return fileURLToPath(new URL("../data/sp500-2000.csv", import.meta.resolve("vega-datasets")));
  } catch {
    return null;
  }
}
