import type { Fault, Result } from "#base";
import { err, ok } from "#base";
import { parseServerFrame, pushedRows, type TickerRow, type TradeRow } from "#okx";
import { type BareTick, type PriceLevel, quoteTick, tradeTick } from "./bare-tick.ts";

export type OkxHeard = Readonly<
  | { type: "ticks"; ticks: readonly BareTick[] }
  | { type: "subscribed"; channel: string; symbol: string }
  | { type: "refused"; code: string }
  | { type: "other" }
>;

/** Reads a frame of the public stream. Faults: okx_answer_malformed, okx_tick_malformed. */
export function readOkxFrame(text: string): Result<OkxHeard, Fault> {
  const frame = parseServerFrame(text);
  if (!frame.ok) return frame;
  const { value } = frame;
  if (value.type === "event") {
    if (value.event === "error") return ok({ type: "refused", code: value.code ?? "unknown" });
    if (value.event !== "subscribe") return ok({ type: "other" });
    const channel = String(value.arg?.["channel"]);
    return ok({ type: "subscribed", channel, symbol: String(value.arg?.["instId"]) });
  }
  if (value.type !== "push") return ok({ type: "other" });
  const tickers = pushedRows(value, "tickers");
  if (tickers !== null) return ticksOf(tickers.map(quoteOf));
  const trades = pushedRows(value, "trades");
  if (trades !== null) return ticksOf(trades.map(tradeOf));
  return ok({ type: "other" });
}

function ticksOf(ticks: readonly BareTick[]): Result<OkxHeard, Fault> {
  const bad = ticks.find((tick) => !Number.isSafeInteger(tick.exchange_ts_ms));
  if (bad === undefined) return ok({ type: "ticks", ticks });
  return err({
    code: "okx_tick_malformed",
    message: `OKX sent a tick of ${bad.symbol} in no time`,
  });
}

function quoteOf(row: TickerRow): BareTick {
  return quoteTick({
    symbol: row.instId,
    bid: levelOf(row.bidPx, row.bidSz),
    ask: levelOf(row.askPx, row.askSz),
    exchangeMs: Number(row.ts),
    sequence: null,
  });
}

function tradeOf(row: TradeRow): BareTick {
  // Trade numbers go up for one instrument; one row may stand for several trades.
  const number = Number(row.tradeId);
  return tradeTick({
    symbol: row.instId,
    last: { price: row.px, size: row.sz },
    exchangeMs: Number(row.ts),
    sequence: Number.isSafeInteger(number) ? number : null,
  });
}

/** OKX writes a side without orders as empty text. */
function levelOf(price: string, size: string): PriceLevel | null {
  return price === "" || size === "" ? null : { price, size };
}
