import type { MarketCommand, OutsideLevel } from "#exchange";
import { parseServerFrame, pushedRows, type RawLevel } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import { type LineReader, tradeCommands } from "./recording.ts";

/** `1652459225.50: {"arg": ...}`, or the frame alone. */
const lineForm = /^(?:\d+(?:\.\d+)?: )?(\{"arg".*)$/;

/** Frames of the books and trades channels; an update counts only after its snapshot. */
export const readOkxLine: LineReader = (line, catalog, { synced }) => {
  const text = lineForm.exec(line)?.[1];
  if (text === undefined) return null;
  const frame = parseServerFrame(text);
  if (!frame.ok || frame.value.type !== "push") return null;
  const push = frame.value;
  const { instId } = push.arg;
  const listing = typeof instId === "string" ? catalog.find(instId) : null;
  if (listing === null) return [];
  const trades = pushedRows(push, "trades");
  if (trades !== null) {
    return trades.flatMap(({ px, sz, side, ts }) => {
      const [priceTicks, lots] = [listing.readPrice(px), listing.readSize(sz)];
      if (priceTicks === null || lots === null) return [];
      return tradeCommands(listing, { timeMs: Number(ts), side, priceTicks, lots });
    });
  }
  const books = pushedRows(push, "books");
  if (books === null || push.action === null) return [];
  const snapshot = push.action === "snapshot";
  if (snapshot) synced.add(listing.index);
  if (!synced.has(listing.index)) return [];
  return books.map(({ bids, asks, ts }): MarketCommand => {
    const levels = [...levelsOf(bids, "buy", listing), ...levelsOf(asks, "sell", listing)];
    return { type: "set_outside", timeMs: Number(ts), instrument: listing.index, snapshot, levels };
  });
};

/** A size of zero takes the level away; what is off the grid of the instrument is left out. */
function levelsOf(
  levels: readonly RawLevel[],
  side: "buy" | "sell",
  { readPrice, readSize }: Listing,
): readonly OutsideLevel[] {
  return levels.flatMap(([px, sz]) => {
    const priceTicks = readPrice(px);
    const lots = Number(sz) === 0 ? 0 : readSize(sz);
    return priceTicks === null || lots === null ? [] : [{ side, priceTicks, lots }];
  });
}
