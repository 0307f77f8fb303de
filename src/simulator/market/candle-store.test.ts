import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinCatalog } from "../catalog/builtin-catalog.ts";
import type { BarSource } from "./bar-source.ts";
import { type CandleStore, createCandleStore } from "./candle-store.ts";

const minute = 60_000;
const opened = 600 * minute;
const listing = builtinCatalog().at(0);

/** Bar k: open 1000 + k, close one more, range two around. */
const source: BarSource = {
  intervalMs: minute,
  label: "test",
  indexAtOrAfter: (ms) => Math.ceil(ms / minute),
  bar: (index) => {
    if (index < 0) return null;
    const open = 1000 + index;
    return {
      startMs: index * minute,
      open,
      high: open + 3,
      low: open - 2,
      close: open + 1,
      volume: 100,
    };
  },
  fundingBetween: () => null,
};

function storeAt(): CandleStore {
  return createCandleStore(listing, source, opened);
}

const query = { bar: "1m", olderThanMs: null, newerThanMs: null, limit: 3 };

test("what was before the opening comes from the source, newest first", () => {
  const rows = storeAt().rows(query, opened);
  assert.deepEqual(
    rows?.map(([ts, open, , , close, , , , confirm]) => [
      Number(ts) / minute,
      open,
      close,
      confirm,
    ]),
    [
      [599, "159.9", "160", "1"],
      [598, "159.8", "159.9", "1"],
      [597, "159.7", "159.8", "1"],
    ],
  );
});

test("the open candle is what clients saw so far, a closed one as it was recorded", () => {
  const store = storeAt();
  store.move(opened, 2000, 5);
  store.move(opened + 30_000, 2010, 7);
  const open = store.rows({ ...query, limit: 1 }, opened + 31_000)?.[0];
  assert.deepEqual(open?.slice(1, 6), ["200", "201", "200", "201", "0.12"]);
  assert.equal(open?.[8], "0");
  const bar = source.bar(600);
  assert.ok(bar !== null);
  store.close(bar);
  const closed = store.rows({ ...query, limit: 1 }, opened + minute)?.[0];
  assert.deepEqual(closed?.slice(1, 5), ["160", "160.3", "159.8", "160.1"]);
  assert.equal(closed?.[8], "1");
});

test("longer candles are made of shorter ones, and are open until their time is over", () => {
  const rows = storeAt().rows({ ...query, bar: "5m", limit: 2 }, opened - 2 * minute);
  assert.deepEqual(
    rows?.map(([ts, open, high, low, close, volume, , , confirm]) => {
      return [Number(ts) / minute, open, high, low, close, volume, confirm];
    }),
    [
      [595, "159.5", "160", "159.3", "159.8", "3", "0"],
      [590, "159", "159.7", "158.8", "159.5", "5", "1"],
    ],
  );
});

test("bounds are exclusive and a length that nobody keeps is refused", () => {
  const bounds = { olderThanMs: 598 * minute, newerThanMs: 595 * minute };
  const rows = storeAt().rows({ ...query, ...bounds, limit: 100 }, opened);
  assert.deepEqual(
    rows?.map(([ts]) => Number(ts) / minute),
    [597, 596],
  );
  assert.equal(storeAt().rows({ ...query, bar: "7m" }, opened), null);
  assert.equal(storeAt().rows({ ...query, bar: "1s" }, opened), null);
});

test("a bar that a fault hid ends as far as clients saw it", () => {
  const store = storeAt();
  store.move(opened, 2000, 5);
  store.closeAsSeen(opened);
  assert.equal(store.rows({ ...query, limit: 1 }, opened + minute)?.[0]?.[4], "200");
});

test("the figures of a day span 24 hours back", () => {
  const day = storeAt().day(opened);
  assert.equal(day.openTicks, 1000);
  assert.equal(day.highTicks, 1602);
  assert.equal(day.lowTicks, 998);
  assert.equal(day.volumeLots, 60_000);
  assert.equal(day.baseVolume, "6");
});
