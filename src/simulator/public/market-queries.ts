import type { RowByEndpoint } from "#okx";
import type { Listing } from "../catalog/listing.ts";
import type { Floor } from "../floor/floor.ts";
import { type BookTap, deepestBook } from "../market/book-tap.ts";
import type { MarketView } from "../market/market-view.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { readLimit, wholeOf } from "../rest/paging.ts";
import { type Reply, refused, rows } from "../rest/reply.ts";
import {
  fundingRow,
  indexRow,
  levelRow,
  type MarketSources,
  openInterestRow,
  tickerRow,
  tradeRow,
} from "../rows/market-rows.ts";
import { scaledText } from "../text/decimal-text.ts";
import { unknownInstrument } from "../trade/order-writes.ts";

type MarketQueries = Pick<
  SingleHandlers,
  | "tickers"
  | "ticker"
  | "books"
  | "trades"
  | "history_trades"
  | "mark_price"
  | "index_tickers"
  | "funding_rate"
  | "funding_rate_history"
  | "open_interest"
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

    mark_price: (request) => {
      const meant = swapsOf(request, catalog.listings);
      const ts = String(floor.nowMs());
      const found = meant.flatMap(({ index, instId, instType, priceText }) => {
        const ticks = exchange.markTicks(index);
        return ticks === null ? [] : [{ instType, instId, markPx: priceText(ticks), ts }];
      });
      return rows(found);
    },

    index_tickers: ({ quoteCcy, instId }) => {
      if (quoteCcy === undefined && instId === undefined) {
        return refused("50015", "quoteCcy", "instId");
      }
      const seen = new Map<string, RowByEndpoint["index_tickers"]>();
      for (const listing of catalog.listings) {
        const isMeant =
          (instId === undefined || listing.family === instId) &&
          (quoteCcy === undefined || listing.spec.quote === quoteCcy);
        const row = isMeant && !seen.has(listing.family) ? indexRow(listing, sources()) : null;
        if (row !== null) seen.set(listing.family, row);
      }
      return seen.size === 0 ? refused("51014") : rows([...seen.values()]);
    },

    funding_rate: ({ instId }) => {
      if (instId === "ANY") {
        return rows(catalog.listings.flatMap((each) => fundingRow(each, sources()) ?? []));
      }
      return forOne(instId, (listing) => {
        const row = fundingRow(listing, sources());
        return row === null ? refused("51001") : rows([row]);
      });
    },

    funding_rate_history: ({ instId, after, before, limit }) =>
      forOne(instId, (listing) => {
        const found = market
          .fundingPaid(listing)
          .filter(
            ({ timeMs }) =>
              (after === undefined || timeMs < wholeOf(after)) &&
              (before === undefined || timeMs > wholeOf(before)),
          );
        return rows(
          found.slice(0, readLimit(limit, 400, 400)).map(({ rateE12, timeMs }) => {
            const rate = scaledText(rateE12, 12);
            return {
              instType: listing.instType,
              instId,
              formulaType: "noRate",
              fundingRate: rate,
              realizedRate: rate,
              fundingTime: String(timeMs),
              method: "current_period",
            };
          }),
        );
      }),

    open_interest: (request) =>
      rows(
        swapsOf(request, catalog.listings).map((listing) => openInterestRow(listing, sources())),
      ),
  };
}

const bookPoint = {
  endpoint: "GET /api/v5/market/books",
  account: null,
  channel: null,
  clOrdIds: [],
} as const;

/** Only swaps have marks and open interest here. */
function swapsOf(
  request: Readonly<{
    instType: string;
    instId?: string | undefined;
    uly?: string | undefined;
    instFamily?: string | undefined;
  }>,
  listings: readonly Listing[],
): readonly Listing[] {
  const family = request.instFamily ?? request.uly;
  return listings.filter(
    ({ instType, instId, family: own }) =>
      instType === "SWAP" &&
      request.instType === "SWAP" &&
      (request.instId === undefined || request.instId === instId) &&
      (family === undefined || family === own),
  );
}
