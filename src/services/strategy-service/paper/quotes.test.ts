import assert from "node:assert/strict";
import { test } from "node:test";
import { type Tick, tickSchema } from "#protocol";
import { createQuotes } from "./quotes.ts";

const nowMs = 1_700_000_000_000;

function quote(exchange_ts_ms: number, bid: string): Tick {
  return {
    schema: tickSchema,
    symbol: "SPY",
    kind: "quote",
    bid,
    ask: null,
    bid_size: "1",
    ask_size: null,
    price: null,
    size: null,
    exchange_ts_ms,
    received_ts_ms: nowMs,
    source: "test",
    sequence: null,
  };
}

test("a quote from the future is none, and does not stand in the way of sound ones", () => {
  const quotes = createQuotes(60_000);
  quotes.take(quote(nowMs + 5001, "9"), nowMs);
  assert.equal(quotes.fresh("SPY", nowMs), null);
  quotes.take(quote(nowMs - 10, "5"), nowMs);
  assert.equal(quotes.fresh("SPY", nowMs)?.bid, 500_000_000n);
  // A clock that was set back makes what it took before a quote from the future.
  assert.equal(quotes.fresh("SPY", nowMs - 6000), null);
});

test("an old quote that comes late changes nothing", () => {
  const quotes = createQuotes(60_000);
  quotes.take(quote(nowMs - 10, "5"), nowMs);
  quotes.take(quote(nowMs - 11, "6"), nowMs);
  assert.equal(quotes.fresh("SPY", nowMs)?.bid, 500_000_000n);
  assert.equal(quotes.fresh("SPY", nowMs + 60_000), null);
});
