import type { Listing } from "../catalog/listing.ts";
import type { Floor } from "../floor/floor.ts";
import { type BookTap, deepestBook } from "../market/book-tap.ts";
import type { MarketView } from "../market/market-view.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { readLimit, wholeOf } from "../rest/paging.ts";
import { type Reply, rows } from "../rest/reply.ts";
import { levelRow, type MarketSources, tickerRow, tradeRow } from "../rows/market-rows.ts";
import { unknownInstrument } from "../trade/order-writes.ts";

type MarketQueries = Pick<
  SingleHandlers,
  "tickers" | "ticker" | "books" | "trades" | "history_trades"
>;

/** As many trades as the venue looks back through for a page. */
const tradesKept = 5000;

export function createMarketQueries(
  floor: Floor,
  market: MarketView,
  books: BookTap,
): MarketQueries {
  const { catalog, exchange, ids, texts } = floor;
  const sources = (): MarketSources => ({ exchange, market, nowMs: floor.nowMs() });

  /** Answers for one instrument, or says that there is no such. */
  function forOne<Row>(instId: string, answer: (listing: Listing) => Reply<Row>): Reply<Row> {
    const listing = catalog.find(instId);
    return listing === null ? unknownInstrument(floor, instId) : answer(listing);
  }

  return {
    tickers: ({ instType, instFamily, uly }) => {
      const family = instFamily ?? uly;
      const meant = catalog.listings.filter(
        (each) => each.instType === instType && (family === undefined || each.family === family),
      );
      return rows(meant.map((listing) => tickerRow(listing, sources())));
    },
    ticker: ({ instId }) => forOne(instId, (listing) => rows([tickerRow(listing, sources())])),

    books: ({ instId, sz }) =>
      forOne(instId, (listing) => {
        const point = { ...bookPoint, instId };
        const { book, atMs } = books.read(listing, readLimit(sz, 1, deepestBook), point);
        const asks = book.asks.map((level) => levelRow(level, listing));
        const bids = book.bids.map((level) => levelRow(level, listing));
        return rows([{ asks, bids, ts: String(atMs) }]);
      }),

    trades: ({ instId, limit }) =>
      forOne(instId, ({ index }) =>
        rows(
          exchange.trades(index, readLimit(limit, 100, 500)).map((trade) => tradeRow(trade, texts)),
        ),
      ),
    history_trades: ({ instId, type, after, before, limit }) =>
      forOne(instId, ({ index }) => {
        const byTime = type === "2";
        const bound = (text: string): number => (byTime ? wholeOf(text) : ids.place("trade", text));
        const found = exchange.trades(index, tradesKept).filter((trade) => {
          const place = byTime ? trade.timeMs : trade.id;
          return (
            (after === undefined || place < bound(after)) &&
            (before === undefined || place > bound(before))
          );
        });
        return rows(
          found.slice(0, readLimit(limit, 100, 100)).map((trade) => tradeRow(trade, texts)),
        );
      }),
  };
}

const bookPoint = {
  endpoint: "GET /api/v5/market/books",
  account: null,
  channel: null,
  clOrdIds: [],
} as const;
