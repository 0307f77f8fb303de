import type { StreamChannel, StreamEnd, StreamMessage, Venue } from "../port.ts";
import { type CcxtOkx, createCcxtClient } from "./ccxt-client.ts";
import { jsonOf } from "./json-of.ts";
import { abortedEnd, firstEnd, noStreamEnd, refusedEnd, seeFrame } from "./stream-frames.ts";
import { errorText } from "./transport-error.ts";
import type { VenueAccess } from "./wire.ts";

/**
 * Streams through the watch methods of ccxt pro, with a client for each stream. What is handed on
 * is the venue's frame, not the library's floating-point view of it. A watch that fails ends the
 * stream: the library would reconnect at the next one, and nobody would know of the gap.
 */
export function createCcxtStream(access: VenueAccess, markets: CcxtOkx): Venue["stream"] {
  return async (channels, onMessage, signal) => {
    if (access.streamUrl === null) return noStreamEnd;
    if (access.key === null && channels.some((each) => privateChannels.has(each.channel))) {
      return { code: "login_failed", message: "a private channel needs a key" };
    }
    const loaded = await loadMarkets(markets);
    if (loaded !== null) return loaded;
    const client = await createCcxtClient(access);
    client.setMarketsFromExchange(markets);
    const refusal = listen(client, onMessage);
    try {
      const parts = channels.map(
        (channel) =>
          async (stop: AbortSignal): Promise<StreamEnd> =>
            watchOn(client, channel, stop),
      );
      return await firstEnd([...parts, refusal], signal);
    } finally {
      await client.close();
    }
  };
}

const privateChannels: ReadonlySet<string> = new Set(["orders", "account", "positions"]);

/** The watch methods take symbols, and symbols are known from the instruments only. */
async function loadMarkets(markets: CcxtOkx): Promise<StreamEnd | null> {
  try {
    await markets.loadMarkets();
    return null;
  } catch (error) {
    return { code: "connection_lost", message: `instruments: ${errorText(error)}` };
  }
}

/** Hands on every push; the part that it returns ends when the venue refuses something. */
function listen(
  client: CcxtOkx,
  onMessage: (message: StreamMessage) => void,
): (signal: AbortSignal) => Promise<StreamEnd> {
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  const handle = client.handleMessage.bind(client);
  client.handleMessage = (connection, message): unknown => {
    const seen = seeFrame(typeof message === "string" ? jsonOf(message) : message);
    if (seen.type === "refused") resolve(refusedEnd(seen.code, seen.message));
    if (seen.type === "push") onMessage(seen.message);
    return handle(connection, message);
  };
  return async (signal) => Promise.race([promise, untilAborted(signal)]);
}

/** Ends with the first watch that fails, or when told to; a pending watch dies with the client. */
async function watchOn(
  client: CcxtOkx,
  channel: StreamChannel,
  signal: AbortSignal,
): Promise<StreamEnd> {
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  signal.addEventListener("abort", () => resolve(abortedEnd), { once: true });
  watchAll(client, channel, signal).then(resolve, (error: unknown) => {
    resolve({ code: "connection_lost", message: errorText(error) });
  });
  return promise;
}

async function watchAll(
  client: CcxtOkx,
  channel: StreamChannel,
  signal: AbortSignal,
): Promise<StreamEnd> {
  while (!signal.aborted) await watch(client, channel);
  return abortedEnd;
}

async function watch(client: CcxtOkx, { channel, instId }: StreamChannel): Promise<unknown> {
  const symbol = client.safeSymbol(instId);
  switch (channel) {
    case "tickers":
      return client.watchTicker(symbol);
    case "books":
      return client.watchOrderBook(symbol);
    case "trades":
      return client.watchTrades(symbol);
    case "mark-price":
      return client.watchMarkPrice(symbol);
    case "funding-rate":
      return client.watchFundingRate(symbol);
    case "candle1m":
      return client.watchOHLCV(symbol, "1m");
    case "orders":
      return client.watchOrders(symbol);
    case "account":
      return client.watchBalance();
    case "positions":
      return client.watchPositions([symbol]);
    default:
      return channel satisfies never;
  }
}

async function untilAborted(signal: AbortSignal): Promise<StreamEnd> {
  if (signal.aborted) return abortedEnd;
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  signal.addEventListener("abort", () => resolve(abortedEnd), { once: true });
  return promise;
}
