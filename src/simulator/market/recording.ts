import type { MarketCommand } from "#exchange";
import type { Catalog, Listing } from "../catalog/listing.ts";

/** What one line of a recording says; null: it is not of this form. */
export type LineReader = (
  line: string,
  catalog: Catalog,
  state: RecordingState,
) => readonly MarketCommand[] | null;

/** What readers remember between lines. */
export type RecordingState = {
  /** Instruments whose whole book was seen. */
  readonly synced: Set<number>;
  /** A book that waits for the first update after it, which names its instrument. */
  waiting: WaitingBook | null;
};

export type WaitingBook = Readonly<{
  updateId: number;
  bids: readonly TextLevel[];
  asks: readonly TextLevel[];
}>;

export type TextLevel = readonly [px: string, sz: string];

/** A trade, and the mark that follows it where there is one. */
export function tradeCommands(
  { index: instrument, instType }: Listing,
  trade: Readonly<{ timeMs: number; side: "buy" | "sell"; priceTicks: number; lots: number }>,
): readonly MarketCommand[] {
  const { timeMs, priceTicks } = trade;
  const print: MarketCommand = { type: "outside_print", instrument, ...trade };
  if (instType === "SPOT") return [print];
  return [print, { type: "set_mark", instrument, timeMs, priceTicks }];
}
