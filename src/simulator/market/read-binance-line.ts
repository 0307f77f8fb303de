import { z } from "zod";
import type { MarketCommand, OutsideLevel } from "#exchange";
import { createUnitReader } from "#market";
import type { Catalog, Listing } from "../catalog/listing.ts";
import {
  type LineReader,
  type RecordingState,
  type TextLevel,
  tradeCommands,
} from "./recording.ts";

/** `<receive time in nanoseconds> <json>`. */
const lineForm = /^\d{16,20} (\{.*)$/;

const level = z.tuple([z.string(), z.string()]);
const depthSchema = z.object({
  e: z.literal("depthUpdate"),
  /** When it happened at the matching engine, ms. */
  T: z.int(),
  s: z.string(),
  u: z.int(),
  /** Only perpetuals say which update came before. */
  pu: z.int(),
  b: z.array(level),
  a: z.array(level),
});
const tradeSchema = z.object({
  e: z.literal("trade"),
  T: z.int(),
  s: z.string(),
  p: z.string(),
  q: z.string(),
  /** Whether the buyer was the maker. */
  m: z.boolean(),
  /** Only perpetuals say what kind of trade it was. */
  X: z.string(),
});
const bookSchema = z.object({
  lastUpdateId: z.int(),
  bids: z.array(level),
  asks: z.array(level),
});

/**
 * Depth differences and trades of USDT perpetuals, and the REST snapshot that the differences start
 * from. Sizes are coins. Spot has finer ticks than the instruments here, so it is left out.
 */
export const readBinanceLine: LineReader = (line, catalog, state) => {
  const parts = lineForm.exec(line);
  if (parts === null) return null;
  // Most lines of a recording are best prices, which its depth tells as well.
  if (line.includes('"bookTicker"')) return [];
  const data = dataOf(parts[1] ?? "");
  const depth = depthSchema.safeParse(data);
  if (depth.success) return depthCommands(depth.data, catalog, state);
  const trade = tradeSchema.safeParse(data);
  if (trade.success) return printCommands(trade.data, catalog, state);
  const book = bookSchema.safeParse(data);
  if (book.success) {
    const { lastUpdateId: updateId, bids, asks } = book.data;
    state.waiting = { updateId, bids, asks };
  }
  return [];
};

/** An update counts from the first that reaches past the snapshot. */
function depthCommands(
  update: z.infer<typeof depthSchema>,
  catalog: Catalog,
  state: RecordingState,
): readonly MarketCommand[] {
  const listing = swapOf(update.s, catalog);
  if (listing === null) return [];
  const { index: instrument } = listing;
  const { T: timeMs } = update;
  const commands: MarketCommand[] = [];
  const { waiting } = state;
  if (waiting !== null && update.u > waiting.updateId) {
    state.waiting = null;
    state.synced.add(instrument);
    const levels = levelsOf(waiting.bids, waiting.asks, listing);
    commands.push({ type: "set_outside", timeMs, instrument, snapshot: true, levels });
  }
  if (!state.synced.has(instrument)) return [];
  const levels = levelsOf(update.b, update.a, listing);
  commands.push({ type: "set_outside", timeMs, instrument, snapshot: false, levels });
  return commands;
}

function printCommands(
  { s, p, q, m, T: timeMs }: z.infer<typeof tradeSchema>,
  catalog: Catalog,
  { synced }: RecordingState,
): readonly MarketCommand[] {
  const listing = swapOf(s, catalog);
  if (listing === null || !synced.has(listing.index)) return [];
  const [priceTicks, lots] = [listing.readPrice(p), coinReader(listing)(q)];
  if (priceTicks === null || lots === null || lots === 0) return [];
  return tradeCommands(listing, { timeMs, side: m ? "sell" : "buy", priceTicks, lots });
}

function swapOf(symbol: string, { listings }: Catalog): Listing | null {
  const found = listings.find(
    ({ spec, instType }) => instType === "SWAP" && `${spec.base}${spec.quote}` === symbol,
  );
  return found ?? null;
}

function levelsOf(
  bids: readonly TextLevel[],
  asks: readonly TextLevel[],
  listing: Listing,
): readonly OutsideLevel[] {
  const toLots = coinReader(listing);
  const of = (side: "buy" | "sell", levels: readonly TextLevel[]): readonly OutsideLevel[] =>
    levels.flatMap(([px, sz]) => {
      const [priceTicks, lots] = [listing.readPrice(px), toLots(sz)];
      return priceTicks === null || lots === null ? [] : [{ side, priceTicks, lots }];
    });
  return [...of("buy", bids), ...of("sell", asks)];
}

const readers = new WeakMap<Listing, (text: string) => number | null>();

/** Coins as lots, to the nearest: the coins of a contract times the contracts of a lot are one. */
function coinReader(listing: Listing): (text: string) => number | null {
  const known = readers.get(listing);
  if (known !== undefined) return known;
  const { spec, contractValue } = listing;
  const scale = spec.lotScale + (contractValue.split(".")[1]?.length ?? 0);
  const coins = Number(contractValue) * (spec.lotStep / 10 ** spec.lotScale);
  const { read } = createUnitReader(coins.toFixed(scale));
  readers.set(listing, read);
  return read;
}

function dataOf(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    const isWrapped = typeof json === "object" && json !== null && "data" in json;
    return isWrapped ? json.data : json;
  } catch {
    return null;
  }
}
