import type { ExecutionLines } from "#evidence";
import type { Book, Ticker } from "#venues";
import { amountText, parseAmount } from "../amounts/amount.ts";
import type { Body, Journal } from "../landing/journal.ts";
import type { MarketLook, Seen } from "../market-view/read-market.ts";

export type ReferenceMoment = ExecutionLines["price_reference_snapshots"]["moment"];

/** Prices that executions of one tick are measured against; null where they could not be read. */
export type PriceReference = Readonly<{
  snapshotId: string;
  mid: number | null;
  mark: number | null;
  last: number | null;
}>;

/** What was read of the market for a reference; null where it was not told. */
export type ReferencePrices = Pick<MarketLook, "ticker" | "mark" | "index">;

export type ReferenceBook = Readonly<{
  keep: (tick: number, moment: ReferenceMoment, prices: ReferencePrices) => PriceReference;
  at: (tick: number, moment: ReferenceMoment) => PriceReference | null;
}>;

const letterByMoment = { t_submit: "s", t_ack: "a", t_first_fill: "f" } as const;

/**
 * Remembers and writes down reference prices, three for each tick at most; `before` are those that
 * a process before this one wrote.
 */
export function createReferenceBook(
  journal: Journal,
  instId: string,
  before: readonly PriceReference[] = [],
): ReferenceBook {
  const known = new Map(before.map((reference) => [reference.snapshotId, reference]));
  return {
    keep(tick, moment, { ticker, mark, index }): PriceReference {
      const snapshotId = `p${String(tick).padStart(6, "0")}${letterByMoment[moment]}`;
      const mid = midOf(ticker?.value ?? null);
      const reference: PriceReference = {
        snapshotId,
        mid: mid === null ? null : Number(mid),
        mark: numberOf(mark?.value.px),
        last: numberOf(ticker?.value.last),
      };
      known.set(snapshotId, reference);
      const body: Body<ExecutionLines["price_reference_snapshots"]> = {
        tick,
        tick_reason: null,
        snapshot_id: snapshotId,
        moment,
        inst_id: instId,
        ref_mid: mid,
        ref_mid_reason: mid === null ? "no_best_bid_and_ask" : null,
        ref_mark: mark?.value.px ?? null,
        ref_mark_reason: mark === null ? "mark_price_not_read" : null,
        ref_index: index?.value.px ?? null,
        ref_index_reason: index === null ? "index_price_not_read" : null,
        ref_last: ticker?.value.last ?? null,
        ref_last_reason: ticker === null ? "ticker_not_read" : null,
        call_ids: [ticker, mark, index].flatMap((seen) => (seen === null ? [] : [seen.callId])),
      };
      journal.execution("price_reference_snapshots", body);
      return reference;
    },
    at: (tick, moment) =>
      known.get(`p${String(tick).padStart(6, "0")}${letterByMoment[moment]}`) ?? null,
  };
}

/** Writes the top of the book before the orders of a tick leave; gives its id. */
export function keepBook(journal: Journal, tick: number, book: Seen<Book>): string {
  const snapshotId = `b${String(tick).padStart(6, "0")}`;
  journal.execution("orderbook_snapshots", {
    tick,
    tick_reason: null,
    snapshot_id: snapshotId,
    inst_id: book.value.instId,
    bids: book.value.bids.map(({ px, sz }) => ({ px, sz })),
    asks: book.value.asks.map(({ px, sz }) => ({ px, sz })),
    source_ts_ms: book.value.tsMs,
    call_id: book.callId,
  });
  return snapshotId;
}

/** Half of bid plus ask, exactly; null without both. */
function midOf(ticker: Ticker | null): string | null {
  if (ticker === null) return null;
  const [bid, ask] = [parseAmount(ticker.bidPx), parseAmount(ticker.askPx)];
  if (!bid.ok || !ask.ok || bid.value <= 0n || ask.value <= 0n) return null;
  return amountText((bid.value + ask.value) / 2n);
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}
