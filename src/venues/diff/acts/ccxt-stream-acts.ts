import { copyOf } from "../plain-value.ts";
import type { Seat } from "../seat.ts";
import { type Act, act, type SomeActs } from "./act.ts";
import type { CcxtClient } from "./ccxt-client-type.ts";
import type { StreamId } from "./stream-ids.ts";

type CcxtAct = Act<CcxtClient>;
type Watch = (client: CcxtClient, seat: Seat) => Promise<unknown>;

/** As anybody would follow a stream with ccxt: one `watch` after another. */
export const ccxtStreamActs: SomeActs<CcxtClient, StreamId> = {
  stream_tickers: follow("watchTicker(symbol)", 2, async (client, { market }) =>
    client.watchTicker(market.symbol),
  ),
  stream_books: follow("watchOrderBook(symbol)", 2, async (client, { market }) =>
    client.watchOrderBook(market.symbol),
  ),
  stream_trades: follow("watchTrades(symbol)", 1, async (client, { market }) =>
    client.watchTrades(market.symbol),
  ),
  stream_candles: follow("watchOHLCV(symbol, '1m')", 2, async (client, { market }) =>
    client.watchOHLCV(market.symbol, "1m"),
  ),
  stream_mark_price: follow("watchMarkPrice(symbol)", 2, async (client, { market }) =>
    client.watchMarkPrice(market.symbol),
  ),
  stream_funding_rate: follow("watchFundingRate(symbol)", 2, async (client, { market }) =>
    client.watchFundingRate(market.symbol),
  ),
  stream_orders: follow("watchOrders(symbol)", 1, async (client, { market }) =>
    client.watchOrders(market.symbol),
  ),
  stream_account: follow("watchBalance()", 2, async (client) => client.watchBalance()),
  stream_positions: follow("watchPositions([symbol])", 2, async (client, { market }) =>
    client.watchPositions([market.symbol]),
  ),
  stream_bad_login: act("watchBalance(), until it ends", async (client) =>
    told(async () => client.watchBalance()),
  ),
  stream_cut: act("watchTicker(symbol), until it ends", async (client, seat) => {
    const watch = async (): Promise<unknown> => client.watchTicker(seat.market.symbol);
    await watch();
    const next = told(watch);
    await seat.nudge();
    return ["message", ...(await next)];
  }),
};

/** What the library hands out is its own live cache, so each message is copied as it comes. */
function follow(words: string, count: number, watch: Watch): CcxtAct {
  return act(words, async (client, seat) => {
    const messages: unknown[] = [];
    if (count > 1) messages.push(copyOf(await watch(client, seat)));
    const next = watch(client, seat);
    if (count === 1) await seat.subscribed();
    await seat.nudge();
    messages.push(copyOf(await next));
    return messages;
  });
}

async function told(watch: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await watch();
    return ["message"];
  } catch (error) {
    return [`thrown: ${error instanceof Error ? error.constructor.name : "no error"}`];
  }
}
