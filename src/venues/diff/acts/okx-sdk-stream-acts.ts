import { RestClient, WebsocketClient } from "okx-api";
import type { StreamSide } from "#okx";
import { readPath } from "../compare/read-path.ts";
import type { Seat } from "../seat.ts";
import { type Act, act, type SomeActs } from "./act.ts";
import { type Collector, createCollector } from "./collect.ts";
import type { StreamId } from "./stream-ids.ts";

type SdkAct = Act<RestClient>;
type Channel = Readonly<{ side: StreamSide; channel: string; scoped?: false }>;

/** Longer than it takes to log in, or to connect again after the library's own pause. */
const badLoginMs = 1500;
const afterCutMs = 2500;

/** As anybody would follow a stream with okx-api: subscribe, and listen to its events. */
export const okxSdkStreamActs: SomeActs<RestClient, StreamId | "defaults"> = {
  defaults: act("new RestClient({})", async () => ownWays()),
  stream_tickers: follow({ side: "public", channel: "tickers" }, 2),
  stream_books: follow({ side: "public", channel: "books" }, 2),
  stream_trades: follow({ side: "public", channel: "trades" }, 1),
  stream_candles: follow({ side: "business", channel: "candle1m" }, 2),
  stream_mark_price: follow({ side: "public", channel: "mark-price" }, 2),
  stream_funding_rate: follow({ side: "public", channel: "funding-rate" }, 2),
  stream_orders: follow({ side: "private", channel: "orders" }, 1),
  stream_account: follow({ side: "private", channel: "account", scoped: false }, 2),
  stream_positions: follow({ side: "private", channel: "positions" }, 2),
  stream_bad_login: told({ side: "private", channel: "account", scoped: false }, badLoginMs),
  stream_cut: told({ side: "public", channel: "tickers" }, afterCutMs),
};

function follow(what: Channel, count: number): SdkAct {
  return act(`WebsocketClient.subscribe(${what.channel})`, async (_client, seat) => {
    const collector = createCollector();
    const stream = open(seat, what);
    stream.on("update", (event) => collector.push(event));
    stream.on("exception", (event: unknown) => collector.fail(event));
    try {
      subscribe(stream, what, seat, collector);
      if (count > 1) await collector.until(count - 1);
      else await seat.subscribed();
      await seat.nudge();
      return await collector.until(count);
    } finally {
      stream.closeAll(true);
    }
  });
}

/** The events that a user hears of until nothing more happens. */
function told(what: Channel, waitMs: number): SdkAct {
  return act(`WebsocketClient.subscribe(${what.channel}), listening`, async (_client, seat) => {
    const events: string[] = [];
    const collector = createCollector();
    const stream = open(seat, what);
    stream.on("update", () => events.push("message"));
    stream.on("exception", () => events.push("exception"));
    stream.on("reconnect", () => events.push("reconnect"));
    stream.on("reconnected", () => events.push("reconnected"));
    try {
      subscribe(stream, what, seat, collector);
      if (what.side === "public") {
        await seat.subscribed();
        await seat.nudge();
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      return events.filter((event, at) => event !== events[at - 1]);
    } finally {
      stream.closeAll(true);
    }
  });
}

function subscribe(
  stream: WebsocketClient,
  { side, channel, scoped }: Channel,
  { market: { instId } }: Seat,
  collector: Collector,
): void {
  const typed = channel === "orders" || channel === "positions" ? { instType: "SWAP" } : {};
  const arg = { channel, ...typed, ...(scoped === false ? {} : { instId }) };
  for (const done of stream.subscribe([loose(arg)], side === "private")) {
    done.catch((error: unknown) => collector.fail(error));
  }
}

function open({ streamUrl, key, demo }: Seat, { side }: Channel): WebsocketClient {
  const credentials = { apiKey: key.apiKey, apiSecret: key.secret, apiPass: key.passphrase };
  return new WebsocketClient(
    {
      wsUrl: `${streamUrl}/${side}`,
      demoTrading: demo,
      ...(side === "private" ? { accounts: [credentials] } : {}),
    },
    silentLogger,
  );
}

/** What a client made without a word says of itself; null: it knows no such setting. */
function ownWays(): object {
  const options: unknown = Reflect.get(new RestClient({}), "globalRequestOptions");
  const timeoutMs = readPath(options, "timeout");
  return { timeout_ms: timeoutMs ?? null, pace_ms: null, retries: null };
}

/** The library's logger writes to the console. */
const silentLogger = { trace(): void {}, info(): void {}, error(): void {} };

function loose(arg: object): never {
  return arg as never;
}
