import type { Book, Candle, Funding, Priced, Ticker } from "#venues";
import type { Asked, AskVenue } from "./ask.ts";

/** Everything that was seen of the market for one tick; null where the venue did not say. */
export type MarketLook = Readonly<{
  /** Closed and newer than the ones before, oldest first. */
  bars: readonly Candle[];
  candlesEndpoint: string;
  candlesCallId: string;
  ticker: Seen<Ticker> | null;
  mark: Seen<Priced> | null;
  index: Seen<Priced> | null;
  funding: Seen<Funding> | null;
  book: Seen<Book> | null;
  failed: readonly FailedRead[];
}>;

export type Seen<T> = Readonly<{ value: T; callId: string }>;
export type FailedRead = Readonly<{ endpoint: string; code: string; message: string }>;

export type MarketQuestion = Readonly<{
  instId: string;
  bar: string;
  /** Opening time of the newest bar that is known already. */
  afterMs: number;
  /** How many candles to ask for; OKX gives at most 300. */
  limit: number;
  bookDepth: number;
}>;

/** One look at the market. What fails is told and missing; nothing is made up for it. */
export async function readMarket(ask: AskVenue, question: MarketQuestion): Promise<MarketLook> {
  const { instId, bar, afterMs, limit, bookDepth } = question;
  const failed: FailedRead[] = [];
  const seen = <T>({ answer, callId }: Asked<T>): Seen<T> | null => {
    if (answer.ok) return { value: answer.value, callId };
    const { code, message } = answer.failure;
    failed.push({ endpoint: answer.call.endpoint, code, message });
    return null;
  };
  const candles = await ask((venue) => venue.candles(instId, bar, limit));
  const read = seen(candles);
  const ticker = seen(await ask((venue) => venue.ticker(instId)));
  const mark = seen(await ask((venue) => venue.markPrice(instId)));
  const index = seen(await ask((venue) => venue.indexPrice(instId)));
  const funding = seen(await ask((venue) => venue.fundingRate(instId)));
  const book = seen(await ask((venue) => venue.book(instId, bookDepth)));
  return {
    bars: newClosedBars(read?.value ?? [], afterMs),
    candlesEndpoint: candles.answer.call.endpoint,
    candlesCallId: candles.callId,
    ticker,
    mark,
    index,
    funding,
    book,
    failed,
  };
}

/** Venues give the newest first, and the bar that is still forming among them. */
function newClosedBars(candles: readonly Candle[], afterMs: number): readonly Candle[] {
  const closed = candles.filter(({ tsMs, closed: isClosed }) => isClosed && tsMs > afterMs);
  return closed.toSorted((left, right) => left.tsMs - right.tsMs);
}

/** The middle of the best bid and ask, as text of at most one digit more; null without both. */
export function spreadOf(ticker: Ticker | null): Readonly<{ mid: number; half: number }> | null {
  if (ticker === null) return null;
  const [bid, ask] = [Number(ticker.bidPx), Number(ticker.askPx)];
  if (!(bid > 0 && ask > 0 && ask >= bid)) return null;
  return { mid: (bid + ask) / 2, half: (ask - bid) / 2 };
}
