import { err, ok, type Result } from "#base";
import type { BarSource } from "#core";
import { barFields } from "#market";
import type { Reason, RefusalCode } from "../decision.ts";
import type { GenomeConfig } from "./genome-config.ts";
import type { FundedBar, GenomeMemory, GenomeView } from "./genome-view.ts";

/** Bars behind a bar that its features may look at: 256 and the close before them. */
export const historyBars = 257;

export type WindowFault = Readonly<{ code: RefusalCode; reason: Reason }>;

/** The index of the first bar not yet lived through; `bars.length` = none is new. */
export function firstNewBar(
  { now_ms, bars }: GenomeView,
  { interval_ms, max_age_intervals }: GenomeConfig,
  memory: GenomeMemory | null,
): Result<number, WindowFault> {
  const last = bars.at(-1);
  if (last === undefined) return fault("input_missing", "no_bars", "the view has no bars");
  const odd = oddBar(bars);
  if (odd !== null) return fault("input_malformed", "bar_malformed", odd);
  const ageMs = now_ms - (last.ts_ms + interval_ms);
  if (ageMs < 0) {
    const message = `the newest bar closes in ${-ageMs} ms`;
    return fault("input_malformed", "bar_not_closed", message);
  }
  if (ageMs > max_age_intervals * interval_ms) {
    const message = `the newest bar closed ${ageMs} ms ago`;
    return fault("input_stale", "bars_too_old", message);
  }
  return memory === null ? ok(0) : seam(bars, memory);
}

/** Bars of a view as core reads them. */
export function barSourceOf(bars: readonly FundedBar[], intervalMs: number): BarSource {
  return {
    count: bars.length,
    intervalMs,
    read(start, count, into) {
      for (const [row, bar] of bars.slice(start, start + count).entries()) {
        for (const field of barFields) into[field][row] = bar[field];
      }
    },
    readFunding(start, count, due, known) {
      for (const [row, bar] of bars.slice(start, start + count).entries()) {
        due[row] = bar.funding_due_ppb ?? Number.NaN;
        known[row] = bar.funding_known_ppb ?? Number.NaN;
      }
    },
  };
}

/** Where the memory ends in the view, when both tell the same past. */
function seam(bars: readonly FundedBar[], memory: GenomeMemory): Result<number, WindowFault> {
  const { last_bar: lived, first_ts_ms } = memory;
  const index = bars.findIndex((bar) => bar.ts_ms === lived.ts_ms);
  const bar = bars[index];
  if (bar === undefined) {
    const message = `the view does not hold the bar of ${lived.ts_ms}, decided last`;
    return fault("input_missing", "history_gap", message);
  }
  if (bar.open !== lived.open || bar.close !== lived.close) {
    const message = `the bar of ${lived.ts_ms} is not the one that was decided on`;
    return fault("input_malformed", "history_rewritten", message);
  }
  if (index + 1 < historyBars && bars[0]?.ts_ms !== first_ts_ms) {
    const message = `${index + 1} bars up to the one decided last, ${historyBars} are needed`;
    return fault("input_missing", "history_too_short", message);
  }
  return ok(index + 1);
}

function oddBar(bars: readonly FundedBar[]): string | null {
  let before = Number.NEGATIVE_INFINITY;
  for (const bar of bars) {
    const { ts_ms, open, high, low, close, volume, funding_due_ppb, funding_known_ppb } = bar;
    const whole = [ts_ms, open, high, low, close, volume, funding_due_ppb ?? 0];
    if (![...whole, funding_known_ppb ?? 0].every((value) => Number.isSafeInteger(value))) {
      return `the bar of ${ts_ms} has a value that is no whole number`;
    }
    if (ts_ms <= before) return `the bar of ${ts_ms} does not come after that of ${before}`;
    const isOrdered = low <= Math.min(open, close) && high >= Math.max(open, close);
    if (!isOrdered || low < 1 || volume < 0) return `the bar of ${ts_ms} contradicts itself`;
    before = ts_ms;
  }
  return null;
}

function fault(code: RefusalCode, reason: string, message: string): Result<never, WindowFault> {
  return err({ code, reason: { code: reason, message } });
}
