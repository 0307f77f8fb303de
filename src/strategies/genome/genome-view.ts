import type { Bar } from "#market";

/** A closed bar in ticks and lots, with its funding in parts per billion of position value. */
export type FundedBar = Bar &
  Readonly<{
    /** The rate that fell due within the bar; null = none did. */
    funding_due_ppb: number | null;
    /** The latest rate due at or before the bar's start; null = unknown, E12 is masked. */
    funding_known_ppb: number | null;
  }>;

/**
 * Closed bars, oldest first. At the first decision all of them are lived through; from then on the
 * view must reach back to `historyBars` bars before the newest bar already decided (or to the very
 * first one), because features look back that far and the seam is checked.
 */
export type GenomeView = Readonly<{ now_ms: number; bars: readonly FundedBar[] }>;

/**
 * The shadow account and the colony of one that the frozen core keeps, between two decisions.
 * Plain numbers: they survive JSON bit for bit.
 */
export type GenomeMemory = Readonly<{
  /** Of the genome, the physics and the instrument; a memory of another world is refused. */
  world_key: string;
  first_ts_ms: number;
  last_bar: Readonly<{ ts_ms: number; open: number; close: number }>;
  ticks: number;
  /** The account is spent or was liquidated: it decides no more. */
  ended: "capital_depleted" | "liquidated" | null;
  meta: readonly number[];
  num: readonly number[];
  slot: readonly number[];
}>;

/** Before the first bar. */
export const emptyGenomeMemory: null = null;
