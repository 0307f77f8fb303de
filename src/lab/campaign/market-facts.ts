import { type Fault, isoFromMillis, type Json, ok, type Result } from "#base";
import { chunkBars } from "#core";
import { type Dataset, parseWindow } from "#datasets";
import type { DatasetFacts, RunWindow } from "#evidence";
import { createBarColumns } from "#market";

/** `NAME:START..END`, or all of the dataset under the name `whole`. */
export function resolveWindow(text: string | null, dataset: Dataset): Result<RunWindow, Fault> {
  const parsed = parseWindow(text ?? "whole:..", dataset);
  if (!parsed.ok) return parsed;
  const { name, start_index, len } = parsed.value;
  return ok({
    name,
    start_index,
    len,
    start_utc: isoFromMillis(dataset.barStart(start_index)),
    end_utc: isoFromMillis(dataset.barStart(start_index + len - 1)),
  });
}

/** The highest price of the window in ticks; founders must be able to buy at it. */
export function highestTicks(dataset: Dataset, window: RunWindow): number {
  const columns = createBarColumns(chunkBars);
  let highest = 0;
  for (let done = 0; done < window.len; done += chunkBars) {
    const count = Math.min(chunkBars, window.len - done);
    dataset.readBars(window.start_index + done, count, columns);
    for (const high of columns.high.subarray(0, count)) highest = Math.max(highest, high);
  }
  return highest;
}

/** What a manifest says of its dataset: the checks it went through and where it came from. */
export function datasetFactsOf(dataset: Dataset): DatasetFacts {
  const { document } = dataset;
  const { provenance, funding, funding_reason, quality, flaws } = document;
  return {
    dataset_id: dataset.id,
    name: document.name ?? dataset.short_id,
    bars: dataset.barCount,
    interval_ms: dataset.intervalMs,
    provenance: {
      bars: plainJson(provenance),
      funding: plainJson(funding),
      funding_reason,
      quality: plainJson(quality),
    },
    defects: flaws.map(plainJson),
  };
}

/** The documents of a dataset are JSON by construction; their types only lack an index. */
function plainJson(value: object | null): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
