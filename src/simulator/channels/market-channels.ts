import type { ExchangeEvent, TradeView } from "#exchange";
import type { RowByChannel } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { VenueClock } from "../clock/venue-clock.ts";
import type { Floor } from "../floor/floor.ts";
import type { BookTap } from "../market/book-tap.ts";
import type { MarketDriver } from "../market/market-driver.ts";
import { fundingRow, indexRow, openInterestRow, tickerRow, tradeRow } from "../rows/market-rows.ts";
import { type BookChannel, createBookChannel } from "./book-channel.ts";
import type { Hub } from "./hub.ts";
import type { Subscription } from "./subscription.ts";

/** OKX gathers changes of the market for so long before it pushes them. */
const pulseMs = 100;
/** Funding, open interest and price limits go out again though nothing changed. */
const slowMs = 60_000;

/** Channels of the market: what subscribers are told at first, and after each move. */
export type MarketChannels = Readonly<{
  /** The first message of a channel, where it has one. */
  greet: (subscription: Subscription) => void;
  /** The market of an instrument moved; subscribers hear of it with the next pulse. */
  moved: (listing: Listing) => void;
  /** Trades go out at once; a book that orders of ours changed, with the next pulse. */
  hear: (events: readonly ExchangeEvent[]) => void;
}>;

export type MarketChannelParts = Readonly<{
  floor: Floor;
  clock: VenueClock;
  driver: MarketDriver;
  books: BookTap;
  hub: Hub;
}>;

export function createMarketChannels(parts: MarketChannelParts): MarketChannels {
  const { floor, clock, hub } = parts;
  const books = createBookChannel(floor, parts.books, hub);
  const due = new Set<number>();
  const slowAtMs = new Map<number, number>();

  function pulse(listing: Listing): void {
    const { index } = listing;
    due.delete(index);
    const nowMs = floor.nowMs();
    books.pulse(listing);
    const isSlowDue = nowMs - (slowAtMs.get(index) ?? 0) >= slowMs;
    if (isSlowDue) slowAtMs.set(index, nowMs);
    for (const family of isSlowDue ? [...quickFamilies, ...slowFamilies] : quickFamilies) {
      for (const to of hub.ofInstrument(family, index)) pushRow(to, listing, parts);
    }
  }

  function moved(listing: Listing): void {
    if (due.has(listing.index) || !hub.isWatched(listing.index)) return;
    due.add(listing.index);
    clock.at(floor.nowMs() + pulseMs, () => {
      pulse(listing);
    });
  }

  return {
    moved,
    hear: (events) => {
      if (hub.isEmpty()) return;
      for (const event of events) {
        if (event.type === "trade") pushTrade(event.trade, parts);
        else if (event.type === "book") moved(floor.catalog.at(event.instrument));
      }
    },
    greet: (to) => {
      if (to.listing !== null) greet(to, to.listing, books, parts);
    },
  };
}

function pushTrade(trade: TradeView, { floor, hub }: MarketChannelParts): void {
  let text: string | null = null;
  for (const family of ["trades", "trades-all"] as const) {
    for (const to of hub.ofInstrument(family, trade.instrument)) {
      text ??= JSON.stringify([tradeRow(trade, floor.texts)]);
      hub.push(to, text);
    }
  }
}

const quickFamilies = [
  "tickers",
  "mark-price",
  "index-tickers",
  "candle",
  "mark-price-candle",
  "index-candle",
] as const;
const slowFamilies = ["funding-rate", "open-interest", "price-limit"] as const;

function greet(
  to: Subscription,
  listing: Listing,
  books: BookChannel,
  parts: MarketChannelParts,
): void {
  const { family } = to.channel;
  if (family === "books" || family === "books5" || family === "bbo-tbt") books.greet(to, listing);
  else pushRow(to, listing, parts);
}

function pushRow(to: Subscription, listing: Listing, parts: MarketChannelParts): void {
  const row = rowFor(to, listing, parts);
  if (row !== null) parts.hub.push(to, `[${JSON.stringify(row)}]`);
}

/** Null where the channel has nothing to say now, and for channels that only tell events. */
function rowFor(to: Subscription, listing: Listing, parts: MarketChannelParts): unknown {
  const { floor, driver } = parts;
  const sources = { exchange: floor.exchange, market: driver.view, nowMs: floor.nowMs() };
  const { family } = to.channel;
  if (family === "tickers") return tickerRow(listing, sources);
  if (family === "mark-price") return markRow(listing, floor);
  if (family === "index-tickers") return indexRow(listing, sources);
  if (family === "funding-rate") return fundingRow(listing, sources);
  if (family === "open-interest") return openInterestRow(listing, sources);
  if (family === "price-limit") return priceLimitRow(listing, floor);
  const isCandle =
    family === "candle" || family === "mark-price-candle" || family === "index-candle";
  return isCandle ? candleOf(to, listing, driver, floor.nowMs()) : null;
}

function candleOf(
  { name, channel: { family } }: Subscription,
  listing: Listing,
  driver: MarketDriver,
  nowMs: number,
): RowByChannel["candle"] | RowByChannel["index-candle"] | null {
  const row = driver.candles(listing)?.latest(name.slice(family.length), nowMs) ?? null;
  if (row === null || family === "candle") return row;
  const [ts, open, high, low, close, , , , confirm] = row;
  return [ts, open, high, low, close, confirm];
}

function markRow(
  { index, instId, instType, priceText }: Listing,
  { exchange, nowMs }: Floor,
): RowByChannel["mark-price"] | null {
  const ticks = exchange.markTicks(index);
  return ticks === null
    ? null
    : { instType, instId, markPx: priceText(ticks), ts: String(nowMs()) };
}

function priceLimitRow(
  { index, instId, instType, priceText }: Listing,
  { exchange, nowMs }: Floor,
): RowByChannel["price-limit"] {
  const band = exchange.priceBand(index);
  return {
    instType,
    instId,
    buyLmt: band === null ? "" : priceText(band.high),
    sellLmt: band === null ? "" : priceText(band.low),
    ts: String(nowMs()),
    enabled: band !== null,
  };
}
