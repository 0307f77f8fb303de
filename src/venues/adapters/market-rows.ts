import type * as Okx from "#okx";
import type {
  Book,
  Candle,
  Funding,
  Level,
  Maintenance,
  Priced,
  Ticker,
  VenueInstrument,
} from "../port.ts";

/** Rows of public data in the words of the port; decimals stay the texts they are. */
export function instrumentOf(row: Okx.InstrumentRow): VenueInstrument {
  return {
    instId: row.instId,
    instType: row.instType,
    state: row.state,
    tickSz: row.tickSz,
    lotSz: row.lotSz,
    minSz: row.minSz,
    ctVal: orNull(row.ctVal),
    ctValCcy: orNull(row.ctValCcy),
    settleCcy: orNull(row.settleCcy),
    maxLever: orNull(row.lever),
  };
}

export function tickerOf(row: Okx.TickerRow): Ticker {
  const { instId, last, bidPx, bidSz, askPx, askSz, open24h, high24h, low24h, vol24h } = row;
  const prices = { last, bidPx, bidSz, askPx, askSz, open24h, high24h, low24h };
  return { instId, ...prices, vol24h, tsMs: Number(row.ts) };
}

export function bookOf(instId: string, row: Okx.BookRow): Book {
  return { instId, bids: row.bids.map(levelOf), asks: row.asks.map(levelOf), tsMs: Number(row.ts) };
}

export function candleOf(row: Okx.CandleRow): Candle {
  const [ts, open, high, low, close, volume, , , confirm] = row;
  return { tsMs: Number(ts), open, high, low, close, volume, closed: confirm === "1" };
}

export function pricedOf(row: Okx.MarkPriceRow): Priced {
  return { instId: row.instId, px: row.markPx, tsMs: Number(row.ts) };
}

export function indexOf(instId: string, row: Okx.RowByEndpoint["index_tickers"]): Priced {
  return { instId, px: row.idxPx, tsMs: Number(row.ts) };
}

export function maintenanceOf(row: Okx.RowByEndpoint["status"]): Maintenance {
  const { state, serviceType: service, title, begin, end } = row;
  const time = (text: string): number | null => (text === "" ? null : Number(text));
  return { state, service, env: orNull(row.env), title, beginMs: time(begin), endMs: time(end) };
}

export function fundingOf(row: Okx.FundingRateRow): Funding {
  return { instId: row.instId, rate: row.fundingRate, fundingMs: Number(row.fundingTime) };
}

/** OKX writes the empty text for what does not apply. */
export function orNull(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}

function levelOf([px, sz]: Okx.RawLevel): Level {
  return { px, sz };
}
