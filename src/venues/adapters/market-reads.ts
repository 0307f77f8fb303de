import type { Venue } from "../port.ts";
import { mapped, noRow, refusal, single } from "./answers.ts";
import type { Caller } from "./caller.ts";
import { instrumentFamily, instrumentType } from "./instrument-type.ts";
import {
  bookOf,
  candleOf,
  fundingOf,
  indexOf,
  instrumentOf,
  maintenanceOf,
  pricedOf,
  tickerOf,
} from "./market-rows.ts";

export type MarketReads = Pick<
  Venue,
  | "serverTime"
  | "systemStatus"
  | "instrument"
  | "ticker"
  | "book"
  | "candles"
  | "markPrice"
  | "indexPrice"
  | "fundingRate"
>;

export function marketReads({ ask }: Caller): MarketReads {
  return {
    async serverTime() {
      const answer = await ask("time", {});
      return single(answer, (row) => Number(row.ts), noRow("the time"));
    },
    async systemStatus() {
      const answer = await ask("status", { state: "ongoing" });
      return mapped(answer, (rows) => rows.map(maintenanceOf));
    },
    async instrument(instId) {
      const answer = await ask("instruments", { instType: instrumentType(instId), instId });
      const missing = refusal("instrument_unknown", `the venue does not list ${instId}`);
      return single(answer, instrumentOf, missing);
    },
    async ticker(instId) {
      return single(await ask("ticker", { instId }), tickerOf, noRow(`a ticker of ${instId}`));
    },
    async book(instId, depth) {
      const answer = await ask("books", { instId, sz: String(depth) });
      return single(answer, (row) => bookOf(instId, row), noRow(`a book of ${instId}`));
    },
    async candles(instId, bar, limit) {
      const answer = await ask("candles", { instId, bar, limit: String(limit) });
      return mapped(answer, (rows) => rows.map(candleOf));
    },
    async markPrice(instId) {
      const type = instrumentType(instId);
      const instType = type === "SPOT" ? "MARGIN" : type;
      const answer = await ask("mark_price", { instType, instId });
      return single(answer, pricedOf, noRow(`a mark price of ${instId}`));
    },
    async indexPrice(instId) {
      const answer = await ask("index_tickers", { instId: instrumentFamily(instId) });
      return single(answer, (row) => indexOf(instId, row), noRow(`an index price of ${instId}`));
    },
    async fundingRate(instId) {
      const answer = await ask("funding_rate", { instId });
      return single(answer, fundingOf, noRow(`a funding rate of ${instId}`));
    },
  };
}
