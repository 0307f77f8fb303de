import { err, type Fault, ok, type Result } from "#base";
import type { Dataset } from "#datasets";
import { createBarColumns } from "#market";
import type { Listing } from "../catalog/listing.ts";
import type { BarSource, MarketBar } from "./bar-source.ts";

const chunkBars = 512;

/**
 * A recorded dataset as the market of an instrument. `shiftMs` moves its times to the venue's.
 * Faults: dataset_mismatch where its ticks or lots are not the instrument's.
 */
export function createDatasetBars(
  dataset: Dataset,
  listing: Listing,
  shiftMs: number,
): Result<BarSource, Fault> {
  const lotsPerLot = lotRatio(dataset, listing);
  if (lotsPerLot === null) {
    const message =
      `dataset ${dataset.document.name} counts ticks of ${dataset.instrument.tick_size} and lots ` +
      `of ${dataset.instrument.lot_size}, which are not those of ${listing.instId}`;
    return err({ code: "dataset_mismatch", message, at: dataset.directory });
  }
  const chunk = createBarColumns(chunkBars);
  let chunkStart = -1;

  function bar(index: number): MarketBar | null {
    if (index < 0 || index >= dataset.barCount) return null;
    const start = index - (index % chunkBars);
    if (start !== chunkStart) {
      dataset.readBars(start, Math.min(chunkBars, dataset.barCount - start), chunk);
      chunkStart = start;
    }
    const at = index - start;
    return {
      startMs: (chunk.ts_ms[at] ?? 0) + shiftMs,
      open: chunk.open[at] ?? 0,
      high: chunk.high[at] ?? 0,
      low: chunk.low[at] ?? 0,
      close: chunk.close[at] ?? 0,
      volume: (chunk.volume[at] ?? 0) * (lotsPerLot ?? 1),
    };
  }

  return ok({
    intervalMs: dataset.intervalMs,
    label: `dataset ${dataset.document.name} (${dataset.short_id})`,
    indexAtOrAfter: (ms) => {
      const index = dataset.indexAtOrAfter(ms - shiftMs);
      return index < dataset.barCount ? index : null;
    },
    bar,
    fundingBetween: (fromMs, toMs) => {
      if (dataset.fundingReason !== null) return null;
      return dataset
        .fundingBetween(fromMs - shiftMs, toMs - shiftMs)
        .map(({ ts_ms, rate_ppb }) => ({ timeMs: ts_ms + shiftMs, rateE12: rate_ppb * 1000 }));
    },
  });
}

/** Lots of the instrument in one lot of the dataset; null where they do not fit. */
function lotRatio({ instrument }: Dataset, { row, spec, contractValue }: Listing): number | null {
  if (Number(instrument.tick_size) !== Number(row.tickSz)) return null;
  const own = (spec.lotStep / 10 ** spec.lotScale) * Number(contractValue);
  const ratio = Number(instrument.lot_size) / own;
  const whole = Math.round(ratio);
  return whole >= 1 && Math.abs(ratio - whole) < 1e-6 ? whole : null;
}
