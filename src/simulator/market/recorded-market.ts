import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { err, type Fault, ok, type Result } from "#base";
import type { MarketCommand } from "#exchange";
import type { Catalog, Listing } from "../catalog/listing.ts";
import { readBinanceLine } from "./read-binance-line.ts";
import { readOkxLine } from "./read-okx-line.ts";
import type { RecordingState } from "./recording.ts";
import { restateBooks } from "./restate-books.ts";

/** What a recording has of one instrument, in the order in which it happened. */
export type RecordedMarket = Readonly<{
  listing: Listing;
  label: string;
  commands: readonly MarketCommand[];
  firstMs: number;
  lastMs: number;
}>;

/** A recording is read whole; this is more than an hour of a busy market. */
const mostBytes = 536_870_912;

/**
 * Books and trades as they came over a connection, one frame a line, gzipped or not: OKX frames
 * (with or without `<seconds>: ` before them), or `<nanoseconds> {"stream", "data"}` of perpetuals
 * of Binance. The price of a trade is the mark of a swap. Faults: file_unreadable, recording_empty.
 */
export function readRecordedMarkets(
  path: string,
  catalog: Catalog,
): Result<readonly RecordedMarket[], Fault> {
  let text: string;
  try {
    const bytes = readFileSync(path);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    text = (isGzip ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : bytes).toString("utf8");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    return err({
      code: "file_unreadable",
      message: `cannot read the recording: ${reason}`,
      at: path,
    });
  }
  const commands = readLines(text, catalog);
  const markets = catalog.listings.flatMap((listing) => {
    const own = commands.filter(({ instrument }) => instrument === listing.index);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    const label = `recording ${path}`;
    return [{ listing, label, commands: own, firstMs: first.timeMs, lastMs: last.timeMs }];
  });
  if (markets.length > 0) return ok(markets);
  const ids = catalog.listings.map(({ instId }) => instId).join(", ");
  const message = `no books or trades of ${ids} in this recording`;
  return err({ code: "recording_empty", message, at: path });
}

/**
 * In the order in which it happened, not in which it was received: a book tells of the trades up to
 * its time, so those come before it.
 */
function readLines(text: string, catalog: Catalog): readonly MarketCommand[] {
  const state: RecordingState = { synced: new Set(), waiting: null };
  const found: MarketCommand[] = [];
  for (const line of text.split("\n")) {
    const commands = readOkxLine(line, catalog, state) ?? readBinanceLine(line, catalog, state);
    if (commands !== null) found.push(...commands);
  }
  found.sort((one, other) => one.timeMs - other.timeMs || rank(one) - rank(other));
  return [...restateBooks(found)];
}

function rank({ type }: MarketCommand): number {
  return type === "set_outside" ? 1 : 0;
}
