import type { RowByEndpoint } from "#okx";
import type { Catalog, Listing } from "../catalog/listing.ts";
import type { Floor } from "../floor/floor.ts";
import type { MarketView } from "../market/market-view.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { readLimit, wholeOf } from "../rest/paging.ts";
import { refused, rows } from "../rest/reply.ts";
import { fundingRow, indexRow, type MarketSources, openInterestRow } from "../rows/market-rows.ts";
import { scaledText } from "../text/decimal-text.ts";
import { unknownInstrument } from "../trade/order-writes.ts";

type DerivativeQueries = Pick<
  SingleHandlers,
  "mark_price" | "index_tickers" | "funding_rate" | "funding_rate_history" | "open_interest"
>;

/** Marks, indexes, funding and open interest. */
export function createDerivativeQueries(floor: Floor, market: MarketView): DerivativeQueries {
  const { catalog, exchange } = floor;
  const sources = (): MarketSources => ({ exchange, market, nowMs: floor.nowMs() });

  return {
    mark_price: (request) => {
      const ts = String(floor.nowMs());
      const found = swapsOf(request, catalog).flatMap(({ index, instId, instType, priceText }) => {
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
        const { family, spec } = listing;
        if (seen.has(family) || (instId !== undefined && family !== instId)) continue;
        if (quoteCcy !== undefined && spec.quote !== quoteCcy) continue;
        const row = indexRow(listing, sources());
        if (row !== null) seen.set(family, row);
      }
      return seen.size === 0 ? refused("51014") : rows([...seen.values()]);
    },

    funding_rate: ({ instId }) => {
      if (instId === "ANY") {
        return rows(catalog.listings.flatMap((each) => fundingRow(each, sources()) ?? []));
      }
      const listing = catalog.find(instId);
      if (listing === null) return unknownInstrument(floor, instId);
      const row = fundingRow(listing, sources());
      return row === null ? refused("51001") : rows([row]);
    },

    funding_rate_history: ({ instId, after, before, limit }) => {
      const listing = catalog.find(instId);
      if (listing === null) return unknownInstrument(floor, instId);
      const found = market
        .fundingPaid(listing)
        .filter(
          ({ timeMs }) =>
            (after === undefined || timeMs < wholeOf(after)) &&
            (before === undefined || timeMs > wholeOf(before)),
        );
      const page = found.slice(0, readLimit(limit, 400, 400));
      return rows(page.map((paid) => paidRow(paid, listing)));
    },

    open_interest: (request) =>
      rows(swapsOf(request, catalog).map((listing) => openInterestRow(listing, sources()))),
  };
}

function paidRow(
  { rateE12, timeMs }: Readonly<{ rateE12: number; timeMs: number }>,
  { instId, instType }: Listing,
): RowByEndpoint["funding_rate_history"] {
  const rate = scaledText(rateE12, 12);
  return {
    instType,
    instId,
    formulaType: "noRate",
    fundingRate: rate,
    realizedRate: rate,
    fundingTime: String(timeMs),
    method: "current_period",
  };
}

/** Only swaps have marks and open interest here. */
function swapsOf(
  request: Readonly<{
    instType: string;
    instId?: string | undefined;
    uly?: string | undefined;
    instFamily?: string | undefined;
  }>,
  { listings }: Catalog,
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
