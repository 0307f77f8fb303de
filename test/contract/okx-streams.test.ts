import assert from "node:assert/strict";
import { test } from "node:test";
import {
  openVenue,
  type StreamChannel,
  type StreamEnd,
  type StreamMessage,
  type Venue,
  type VenueLibrary,
} from "#venues";
import { orderRow, scriptedAnswers } from "./okx-scripted-rows.ts";
import { type ScriptedVenue, startScriptedVenue } from "./okx-scripted-venue.ts";

const key = { apiKey: "test-key-1", secret: "test-secret-1", passphrase: "test-phrase-1" };
const libraries: readonly VenueLibrary[] = ["direct", "okx_sdk", "ccxt"];
const swap = "BTC-USDT-SWAP";

const all: readonly StreamChannel["channel"][] = [
  ...(["tickers", "books", "trades", "mark-price", "funding-rate", "candle1m"] as const),
  ...(["orders", "account", "positions"] as const),
];

for (const library of libraries) {
  test(`${library} follows every channel of the port, on the side where it lives`, async () => {
    await using venue = await scripted();
    const heard = new Map<string, StreamMessage>();
    const { client, ending } = await follow(library, venue, all, (message, stop) => {
      heard.set(message.channel, message);
      if (heard.size === all.length) stop();
    });
    const end = await ending;
    assert.equal(end.code, "aborted", end.message);
    assert.deepEqual([...heard.keys()].sort(), [...all].sort());
    assert.equal(heard.get("tickers")?.instId, swap);
    assert.deepEqual(heard.get("candle1m")?.raw, pushOf({ channel: "candle1m", instId: swap }));
    await client.close();
  });

  test(`${library} tells that a connection was lost`, async () => {
    await using venue = await scripted();
    const { client, ending } = await follow(library, venue, ["tickers", "orders"], (message) => {
      if (message.channel === "tickers") venue.cutStreams();
    });
    assert.equal((await ending).code, "connection_lost");
    await client.close();
  });

  test(`${library} tells that the login was refused`, async () => {
    await using venue = await scripted();
    const wrong = { ...key, secret: "another" };
    const { client, ending } = await follow(library, venue, ["orders"], () => {}, wrong);
    const end = await ending;
    assert.equal(end.code, "login_failed", end.message);
    assert.match(end.message, /60009/);
    await client.close();
  });

  test(`${library} tells that a subscription was refused`, async () => {
    await using venue = await scripted();
    venue.onSubscribe.handle = (_arg, send) => {
      send({
        event: "error",
        code: "60018",
        msg: "Wrong URL or channel doesn't exist.",
        connId: "1",
      });
    };
    const { client, ending } = await follow(library, venue, ["trades"], () => {});
    const end = await ending;
    assert.equal(end.code, "subscription_refused", end.message);
    await client.close();
  });

  test(`${library} stops at once when it was told to before`, async () => {
    await using venue = await scripted();
    const client = await open(library, venue, key);
    const end = await client.stream(
      [{ channel: "tickers", instId: swap }],
      () => {},
      AbortSignal.abort(),
    );
    assert.equal(end.code, "aborted");
    await client.close();
  });
}

test("without an address of a stream there is none, and without a key no private one", async () => {
  for (const library of libraries) {
    await using venue = await scripted();
    const deaf = await open(library, { ...venue, streamUrl: null }, key);
    const signal = new AbortController().signal;
    const end = await deaf.stream([{ channel: "tickers", instId: swap }], () => {}, signal);
    assert.equal(end.code, "connection_lost");
    const nobody = await open(library, venue, null);
    const refused = await nobody.stream([{ channel: "orders", instId: swap }], () => {}, signal);
    assert.equal(refused.code, "login_failed", library);
    await deaf.close();
    await nobody.close();
  }
});

type OnMessage = (message: StreamMessage, stop: () => void) => void;

async function follow(
  library: VenueLibrary,
  venue: ScriptedVenue,
  names: readonly StreamChannel["channel"][],
  onMessage: OnMessage,
  login = key,
): Promise<{ client: Venue; ending: Promise<StreamEnd> }> {
  const client = await open(library, venue, login);
  const stop = new AbortController();
  const channels = names.map((channel) => ({ channel, instId: swap }));
  const hear = (message: StreamMessage): void => onMessage(message, () => stop.abort());
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)]);
  return { client, ending: client.stream(channels, hear, signal) };
}

async function open(
  library: VenueLibrary,
  { baseUrl, streamUrl }: { baseUrl: string; streamUrl: string | null },
  login: typeof key | null,
): Promise<Venue> {
  return openVenue(library, {
    ...{ baseUrl, streamUrl, key: login, demo: true, timeoutMs: 2000, nowMs: Date.now },
    gate: { pass: () => ({ ok: true, value: undefined }) },
  });
}

/** Answers every subscription with one push. */
async function scripted(): Promise<ScriptedVenue> {
  const venue = await startScriptedVenue(key);
  for (const [path, data] of Object.entries(scriptedAnswers)) {
    venue.replies.set(path, { json: { code: "0", msg: "", data } });
  }
  venue.replies.set("/api/v5/public/instruments", (seen) => {
    const data = seen.query["instType"] === "SWAP" ? instruments : [];
    return { json: { code: "0", msg: "", data } };
  });
  venue.onSubscribe.handle = (arg, send) => send(pushOf(arg));
  return venue;
}

const instruments = scriptedAnswers["/api/v5/public/instruments"];

function pushOf(arg: Readonly<Record<string, string>>): unknown {
  const channel = arg["channel"] ?? "";
  const data = pushed[channel] ?? [];
  const action = channel === "books" ? { action: "snapshot" } : {};
  return { arg, ...action, data };
}

const rows = (path: string): readonly unknown[] => scriptedAnswers[path] ?? [];

const pushed: Readonly<Record<string, readonly unknown[]>> = {
  tickers: rows("/api/v5/market/ticker"),
  books: rows("/api/v5/market/books").map((row) => ({
    ...(row as object),
    ...{ checksum: 0, seqId: 10, prevSeqId: -1 },
  })),
  trades: [
    {
      ...{ instId: swap, tradeId: "77", px: "30000.2", sz: "0.5", side: "buy" },
      ...{ ts: "1700000000123", count: "1" },
    },
  ],
  "mark-price": rows("/api/v5/public/mark-price"),
  "funding-rate": rows("/api/v5/public/funding-rate"),
  candle1m: rows("/api/v5/market/candles"),
  orders: [{ ...orderRow("900", "live"), execType: "T" }],
  account: rows("/api/v5/account/balance"),
  positions: rows("/api/v5/account/positions").slice(0, 1),
};
