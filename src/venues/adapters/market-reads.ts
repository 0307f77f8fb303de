import type { Venue } from "../port.ts";
import { mapped, single } from "./answers.ts";
import type { Caller } from "./caller.ts";
import { instrumentType } from "./instrument-type.ts";
import { bookOf, candleOf, fundingOf, instrumentOf, pricedOf, tickerOf } from "./market-rows.ts";

export type MarketReads = Pick<
  Venue,
  "serverTime" | "instrument" | "ticker" | "book" | "candles" | "markPrice" | "fundingRate"
>;

export function marketReads({ ask }: Caller): MarketReads {
  return {
    async serverTime() {
      const answer = await ask("time", {});
      return single(answer, (row) => Number(row.ts), nothing("the time"));
    },
    async instrument(instId) {
      const answer = await ask("instruments", { instType: instrumentType(instId), instId });
      const missing = { code: "instrument_unknown", message: `the venue does not list ${instId}` };
      return single(answer, instrumentOf, missing);
    },
    async ticker(instId) {
      return single(await ask("ticker", { instId }), tickerOf, nothing(`a ticker of ${instId}`));
    },
    async book(instId, depth) {
      const answer = await ask("books", { instId, sz: String(depth) });
      return single(answer, (row) => bookOf(instId, row), nothing(`a book of ${instId}`));
    },
    async candles(instId, bar, limit) {
      const answer = await ask("candles", { instId, bar, limit: String(limit) });
      return mapped(answer, (rows) => rows.map(candleOf));
    },
    async markPrice(instId) {
      const type = instrumentType(instId);
      const instType = type === "SPOT" ? "MARGIN" : type;
      const answer = await ask("mark_price", { instType, instId });
      return single(answer, pricedOf, nothing(`a mark price of ${instId}`));
    },
    async fundingRate(instId) {
      const answer = await ask("funding_rate", { instId });
      return single(answer, fundingOf, nothing(`a funding rate of ${instId}`));
    },
  };
}

function nothing(what: string): Readonly<{ code: string; message: string }> {
  return { code: "answer_empty", message: `the venue gave no row for ${what}` };
}
