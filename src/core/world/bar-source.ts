import type { BarColumns } from "#market";

/** Where a run reads its market from. Reads are positional: nothing is kept between calls. */
export interface BarSource {
  /** Bars in the dataset. */
  readonly count: number;
  readonly intervalMs: number;
  /** Fills rows 0..count-1 of `into` with bars start..start+count-1. */
  read(start: number, count: number, into: BarColumns): void;
  /**
   * Funding for bars start..start+count-1, in parts per billion of the position's value.
   * `due`: the rate that falls due within the bar, NaN where none does.
   * `known`: the latest rate that fell due at or before the bar's start, NaN where unknown.
   */
  readFunding(start: number, count: number, due: Float64Array, known: Float64Array): void;
}
