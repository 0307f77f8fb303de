import { assert } from "#base";
import type { BarSource } from "#core";

/** A closed bar in whole numbers; funding NaN where nothing is known. */
export type StoredBar = Readonly<{
  openMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  fundingKnownPpb: number;
}>;

/**
 * The bars of a run as the frozen world reads them, by their place in the run. Only as many are
 * kept as a run-up of features ever asks for.
 */
export type BarStore = Readonly<{
  readonly count: number;
  readonly newest: StoredBar | null;
  /** Gives the place of the bar, from 0. */
  add: (bar: StoredBar) => number;
  source: BarSource;
}>;

/** More than a run-up (257) and a chunk (512) together. */
const keptBars = 1024;

export function createBarStore(intervalMs: number): BarStore {
  let kept: StoredBar[] = [];
  let dropped = 0;

  function barAt(index: number): StoredBar {
    const bar = kept[index - dropped];
    assert(bar !== undefined, `bar ${index} is not kept any more`);
    return bar;
  }

  return {
    get count(): number {
      return dropped + kept.length;
    },
    get newest(): StoredBar | null {
      return kept.at(-1) ?? null;
    },
    add(bar): number {
      const newest = kept.at(-1);
      assert(newest === undefined || newest.openMs < bar.openMs, "bars come in order");
      kept.push(bar);
      if (kept.length > 2 * keptBars) {
        dropped += kept.length - keptBars;
        kept = kept.slice(-keptBars);
      }
      return dropped + kept.length - 1;
    },
    source: {
      get count(): number {
        return dropped + kept.length;
      },
      intervalMs,
      read(start, count, into): void {
        for (let row = 0; row < count; row += 1) {
          const bar = barAt(start + row);
          into.ts_ms[row] = bar.openMs;
          into.open[row] = bar.open;
          into.high[row] = bar.high;
          into.low[row] = bar.low;
          into.close[row] = bar.close;
          into.volume[row] = bar.volume;
        }
      },
      readFunding(start, count, due, known): void {
        // Funding is paid by the exchange, out of the account; here it is only seen.
        due.fill(Number.NaN, 0, count);
        for (let row = 0; row < count; row += 1) known[row] = barAt(start + row).fundingKnownPpb;
      },
    },
  };
}
