import { err, type Fault, isoFromMillis, millisFromIso, ok, type Result } from "#base";
import { createBarGrid, intervalText } from "#market";
import type { Dataset } from "./open-dataset.ts";

/**
 * A named slice of a dataset. `start` is when its first bar starts, `end` the bound that no bar of
 * it reaches: `NAME:start..end` reads back as the same slice.
 */
export type DataWindow = Readonly<{
  name: string;
  start_index: number;
  end_index_exclusive: number;
  start: string;
  end: string;
  len: number;
}>;

/**
 * Reads `NAME:START..END`. A bound is a UTC date or time, or a bar index in digits; START is
 * included, END is not; an empty bound means the dataset's own. Faults: window_malformed,
 * window_outside, window_empty, window_reversed.
 */
export function parseWindow(text: string, dataset: Dataset): Result<DataWindow, Fault> {
  const parts = /^([A-Za-z][A-Za-z0-9_-]{0,31}):([^.]*(?:\.\d{1,3}Z)?)\.\.(.*)$/.exec(text);
  if (parts === null) {
    const shown = JSON.stringify(text.slice(0, 80));
    return fault("malformed", `not NAME:START..END: ${shown}`);
  }
  const [, name = "", startText = "", endText = ""] = parts;
  const start = startText === "" ? ok(0) : readBound(startText, "start", dataset);
  if (!start.ok) return start;
  const end = endText === "" ? ok(dataset.barCount) : readBound(endText, "end", dataset);
  if (!end.ok) return end;

  const len = end.value - start.value;
  if (len < 0) return fault("reversed", `window ${name} ends before it starts`);
  if (len === 0) return fault("empty", `window ${name} holds no bar`);
  return ok({
    name,
    start_index: start.value,
    end_index_exclusive: end.value,
    start: isoFromMillis(dataset.barStart(start.value)),
    end: isoFromMillis(dataset.barStart(end.value - 1) + dataset.intervalMs),
    len,
  });
}

type Side = "start" | "end";

/** The bar index a bound means: the first bar at or after it. */
function readBound(text: string, side: Side, dataset: Dataset): Result<number, Fault> {
  if (/^\d{1,15}$/.test(text)) {
    const index = Number(text);
    const last = side === "start" ? dataset.barCount - 1 : dataset.barCount;
    if (index <= last) return ok(index);
    return fault("outside", `${side} ${text}: the dataset has bars 0 to ${dataset.barCount - 1}`);
  }
  const time = millisFromIso(text);
  if (!time.ok) {
    return fault("malformed", `${side}: ${time.fault.message}, and no bar index either`);
  }
  if (isOutside(time.value, side, dataset)) {
    const { first_utc, last_utc } = dataset.document.bars;
    const every = intervalText(dataset.intervalMs);
    return fault("outside", `${side} ${text}: the bars (${every}) are ${first_utc} to ${last_utc}`);
  }
  return ok(dataset.indexAtOrAfter(time.value));
}

/** A bound may lie where the market was closed anyway: New Year's Day before a first session. */
function isOutside(ms: number, side: Side, dataset: Dataset): boolean {
  const { first_ts_ms: first, last_ts_ms: last, grid: phase } = dataset.document.bars;
  const { intervalMs } = dataset;
  const isEarly = ms < first;
  const isLate = side === "start" ? ms > last : ms > last + intervalMs;
  if (!isEarly && !isLate) return false;
  const grid = createBarGrid(dataset.instrument.calendar, intervalMs, phase);
  if (!grid.covers(ms)) return true;
  if (isEarly) return grid.missingBetween(ms - 1, first) > 0;
  return side === "start" || grid.missingBetween(last, ms) > 0;
}

function fault(kind: string, message: string): Result<never, Fault> {
  return err({ code: `window_${kind}`, message });
}
