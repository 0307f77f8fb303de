import { assert, err, type Fault, formatDecimal, ok, parseDecimal, type Result } from "#base";
import { type Dataset, openDataset } from "#datasets";
import { createBarColumns } from "#market";
import { type BareTick, tradeTick } from "./bare-tick.ts";
import type { Recording } from "./recording.ts";

/** More bars than this are cut off at the front: a replay is held in memory. */
const maxBars = 200_000;

/**
 * The bars of a dataset of this installation as trades: each close, at the end of its bar. Faults:
 * those of openDataset, and recording_empty.
 */
export function readDatasetRecording(
  root: string,
  ref: string,
  symbol: string | null,
): Result<Recording, Fault> {
  const opened = openDataset(root, ref);
  if (!opened.ok) return opened;
  using dataset = opened.value;
  const ticks = ticksOf(dataset, symbol ?? dataset.instrument.id);
  if (ticks.length > 0) return ok({ name: `dataset:${ref}`, ticks });
  return err({ code: "recording_empty", message: `the dataset ${ref} holds no bar`, at: ref });
}

function ticksOf(dataset: Dataset, symbol: string): readonly BareTick[] {
  const count = Math.min(dataset.barCount, maxBars);
  const bars = createBarColumns(count);
  dataset.readBars(dataset.barCount - count, count, bars);
  const priceText = createText(dataset.instrument.tick_size);
  const sizeText = createText(dataset.instrument.lot_size);
  return Array.from({ length: count }, (_, index) => {
    return tradeTick({
      symbol,
      last: { price: priceText(bars.close[index] ?? 0), size: sizeText(bars.volume[index] ?? 0) },
      // A close is known when the bar is over, not when it begins.
      exchangeMs: (bars.ts_ms[index] ?? 0) + dataset.intervalMs,
      sequence: null,
    });
  });
}

/** Whole units as decimal text, exactly. */
function createText(unit: string): (count: number) => string {
  const scale = unit.split(".")[1]?.length ?? 0;
  const size = parseDecimal(unit, scale);
  assert(size.ok, `a unit is a decimal: ${unit}`);
  return (count) => formatDecimal(count * size.value, scale);
}
