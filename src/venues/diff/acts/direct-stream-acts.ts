import { createDirectStream } from "../../adapters/direct-stream.ts";
import type { StreamChannel } from "../../port.ts";
import type { DirectClient } from "../direct-client.ts";
import type { Seat } from "../seat.ts";
import { type Act, act, type SomeActs } from "./act.ts";
import { createCollector } from "./collect.ts";
import type { StreamId } from "./stream-ids.ts";

type DirectAct = Act<DirectClient>;

export const directStreamActs: SomeActs<DirectClient, StreamId> = {
  stream_tickers: follow("tickers", 2),
  stream_books: follow("books", 2),
  stream_trades: follow("trades", 1),
  stream_candles: follow("candle1m", 2),
  stream_mark_price: follow("mark-price", 2),
  stream_funding_rate: follow("funding-rate", 2),
  stream_orders: follow("orders", 1),
  stream_account: follow("account", 2),
  stream_positions: follow("positions", 2),
  stream_bad_login: untilItEnds("account"),
  stream_cut: untilItEnds("tickers"),
};

/** Subscribes, makes something happen, and gives the rows of so many messages. */
function follow(channel: StreamChannel["channel"], count: number): DirectAct {
  return act(`subscribe ${channel}`, async (_desk, seat) => {
    const collector = createCollector();
    const stop = new AbortController();
    const ended = stream(seat)(
      [{ channel, instId: seat.market.instId }],
      ({ raw }) => collector.push(raw),
      stop.signal,
    );
    void ended.then((end) => collector.fail(end));
    try {
      if (count > 1) await collector.until(count - 1);
      else await seat.subscribed();
      await seat.nudge();
      return await collector.until(count);
    } finally {
      stop.abort();
      await ended;
    }
  });
}

function untilItEnds(channel: StreamChannel["channel"]): DirectAct {
  return act(`subscribe ${channel}, until it ends`, async (_desk, seat) => {
    const events: string[] = [];
    const ended = stream(seat)(
      [{ channel, instId: seat.market.instId }],
      () => events.push("message"),
      new AbortController().signal,
    );
    if (channel === "tickers") {
      await seat.subscribed();
      await seat.nudge();
    }
    const end = await ended;
    return [...events.slice(0, 1), `ended: ${end.code}`];
  });
}

function stream({ streamUrl, key, timeoutMs }: Seat): ReturnType<typeof createDirectStream> {
  return createDirectStream({ streamUrl, key, timeoutMs, nowMs: Date.now });
}
