import { findBar } from "../bars.ts";
import type { Columns, Fields } from "../fields.ts";
import { type BalanceRow, balanceFields } from "../rows/account.ts";
import { type AlgoRow, algoFields } from "../rows/algo.ts";
import {
  type BalanceAndPositionRow,
  balanceAndPositionFields,
} from "../rows/balance-and-position.ts";
import { type FillUpdateRow, fillUpdateFields } from "../rows/fill.ts";
import {
  type InstrumentRow,
  instrumentFields,
  type PriceLimitRow,
  priceLimitFields,
} from "../rows/instrument.ts";
import {
  type BookUpdateRow,
  bookUpdateFields,
  type CandleRow,
  candleColumns,
  type FundingRateRow,
  fundingRateFields,
  type IndexTickerRow,
  indexTickerFields,
  type MarkPriceRow,
  markPriceFields,
  type OpenInterestRow,
  openInterestFields,
  type PriceCandleRow,
  priceCandleColumns,
  type StatusRow,
  statusFields,
  type TickerRow,
  type TradeRow,
  tickerFields,
  tradeFields,
} from "../rows/market.ts";
import { type OrderUpdateRow, orderUpdateFields } from "../rows/order.ts";
import { type PositionRow, positionFields } from "../rows/position.ts";

/** The three WebSocket addresses: `/ws/v5/<side>`. */
export type StreamSide = "public" | "private" | "business";

/** A kind of channel; candles of all lengths are one. */
export type ChannelFamily = keyof RowByChannel;

export type Channel = Readonly<{
  family: ChannelFamily;
  side: StreamSide;
  needsLogin: boolean;
  /** What a subscription must name besides the channel. */
  requires: readonly ("instId" | "instType")[];
  /** The kinds of one row of a push. */
  push: Fields | Columns;
}>;

/** One row of what each channel pushes. */
export type RowByChannel = Readonly<{
  tickers: TickerRow;
  books: BookUpdateRow;
  books5: BookUpdateRow;
  "bbo-tbt": BookUpdateRow;
  trades: TradeRow;
  "trades-all": TradeRow;
  candle: CandleRow;
  "mark-price-candle": PriceCandleRow;
  "index-candle": PriceCandleRow;
  "mark-price": MarkPriceRow;
  "index-tickers": IndexTickerRow;
  "funding-rate": FundingRateRow;
  "open-interest": OpenInterestRow;
  "price-limit": PriceLimitRow;
  instruments: InstrumentRow;
  status: StatusRow;
  orders: OrderUpdateRow;
  fills: FillUpdateRow;
  account: BalanceRow;
  positions: PositionRow;
  balance_and_position: BalanceAndPositionRow;
  "orders-algo": AlgoRow;
}>;

/** The channel of this name (`candle1m` belongs to the family `candle`), or null. */
export function findChannel(name: string): Channel | null {
  const exact = channelByName.get(name);
  if (exact !== undefined) return exact;
  for (const channel of candleChannels) {
    if (!name.startsWith(channel.family)) continue;
    return findBar(name.slice(channel.family.length)) === null ? null : channel;
  }
  return null;
}

const byInstrument = ["instId"] as const;
const byType = ["instType"] as const;

function open(
  family: ChannelFamily,
  push: Fields | Columns,
  requires: Channel["requires"],
  side: StreamSide = "public",
): Channel {
  return { family, side, needsLogin: false, requires, push };
}

function own(
  family: ChannelFamily,
  push: Fields,
  requires: Channel["requires"],
  side: StreamSide = "private",
): Channel {
  return { family, side, needsLogin: true, requires, push };
}

const candleChannels: readonly Channel[] = [
  open("candle", candleColumns, byInstrument, "business"),
  open("mark-price-candle", priceCandleColumns, byInstrument, "business"),
  open("index-candle", priceCandleColumns, byInstrument, "business"),
];

const plainChannels: readonly Channel[] = [
  open("tickers", tickerFields, byInstrument),
  open("books", bookUpdateFields, byInstrument),
  open("books5", bookUpdateFields, byInstrument),
  open("bbo-tbt", bookUpdateFields, byInstrument),
  open("trades", tradeFields, byInstrument),
  open("trades-all", tradeFields, byInstrument, "business"),
  open("mark-price", markPriceFields, byInstrument),
  open("index-tickers", indexTickerFields, byInstrument),
  open("funding-rate", fundingRateFields, byInstrument),
  open("open-interest", openInterestFields, byInstrument),
  open("price-limit", priceLimitFields, byInstrument),
  open("instruments", instrumentFields, byType),
  open("status", statusFields, []),
  own("orders", orderUpdateFields, byType),
  own("fills", fillUpdateFields, []),
  own("account", balanceFields, []),
  own("positions", positionFields, byType),
  own("balance_and_position", balanceAndPositionFields, []),
  own("orders-algo", algoFields, byType, "business"),
];

/** Every channel that is spoken here. */
export const channels: readonly Channel[] = [...plainChannels, ...candleChannels];

const channelByName: ReadonlyMap<string, Channel> = new Map(
  plainChannels.map((channel) => [channel.family, channel]),
);
