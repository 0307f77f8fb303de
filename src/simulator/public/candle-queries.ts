import type { RowByEndpoint } from "#okx";
import type { Floor } from "../floor/floor.ts";
import type { MarketView } from "../market/market-view.ts";
import type { SingleHandlers } from "../rest/call.ts";
import { readLimit, wholeOf } from "../rest/paging.ts";
import { type Reply, refused, rows } from "../rest/reply.ts";
import { unknownInstrument } from "../trade/order-writes.ts";

type CandleQueries = Pick<
  SingleHandlers,
  "candles" | "history_candles" | "mark_price_candles" | "index_candles"
>;
type CandleRequest = Readonly<{
  instId: string;
  bar?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
  limit?: string | undefined;
}>;
type CandleRow = RowByEndpoint["candles"];

/** OHLC of the market; the mark and the index follow it, so their candles are the same prices. */
export function createCandleQueries(floor: Floor, market: MarketView): CandleQueries {
  const { catalog } = floor;

  function candles(request: CandleRequest, instId: string, most: number): Reply<CandleRow> {
    const listing = catalog.find(instId);
    if (listing === null) return unknownInstrument(floor, instId);
    const { bar = "1m", after, before } = request;
    const found = market.candles(listing, {
      bar,
      olderThanMs: after === undefined ? null : wholeOf(after),
      newerThanMs: before === undefined ? null : wholeOf(before),
      limit: most,
    });
    return found === null ? refused("51000", "bar") : rows(found);
  }

  /** History is over: the candle that is still open is not in it. */
  function history(request: CandleRequest): Reply<CandleRow> {
    const limit = readLimit(request.limit, 100, 300);
    const reply = candles(request, request.instId, limit + 1);
    if (reply.type !== "rows") return reply;
    const closed = reply.rows.filter(([, , , , , , , , confirm]) => confirm === "1");
    return rows(closed.slice(0, limit));
  }

  function priceCandles(
    request: CandleRequest,
    instId: string,
  ): Reply<RowByEndpoint["mark_price_candles"]> {
    const reply = candles(request, instId, readLimit(request.limit, 100, 100));
    if (reply.type !== "rows") return reply.type === "refused" ? reply : refused("50026");
    return rows(
      reply.rows.map(([ts, open, high, low, close, , , , confirm]) => {
        return [ts, open, high, low, close, confirm] as const;
      }),
    );
  }

  return {
    candles: (request) => candles(request, request.instId, readLimit(request.limit, 100, 300)),
    history_candles: history,
    mark_price_candles: (request) => priceCandles(request, request.instId),
    index_candles: (request) => {
      const followed = catalog.listings.find(({ family }) => family === request.instId);
      return followed === undefined ? refused("51014") : priceCandles(request, followed.instId);
    },
  };
}
