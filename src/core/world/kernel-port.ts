import type { World } from "./world.ts";

/**
 * The hot loop behind one door: settles bars (funding, fills, liquidation, mark, living cost) and
 * decides. Two implementations must leave the same bytes in the world.
 */
export interface Kernel {
  readonly id: "reference" | "simd";
  /** sha256 of the compiled code; null for TypeScript, whose hash is part of core_hash. */
  readonly codeSha256: string | null;
  readonly world: World;
  /** Writes the active net and thresholds of a slot into its lane of the panel. */
  loadPanel(slot: number): void;
  /**
   * Runs prepared bars from..to-1 and returns the bar it paused at: settled, not yet decided.
   * With `resume` the bar `from` was settled before: it is decided first and the run goes on
   * behind it. Pauses at an event (a death or a split is due), at a capital mismatch, or at the
   * last bar; `meta.status` says which.
   */
  run(from: number, to: number, resume: boolean): number;
}
