import assert from "node:assert/strict";
import { test } from "node:test";
import { anExchange, must, place } from "../fixtures/specs.ts";
import { createBarFeed, type FeedBar, type PathModel } from "./bar-feed.ts";
import { type Feed, type MarketCommand, mergeFeeds } from "./feed.ts";
import {
  createDepthFeed,
  createFundingFeed,
  createMarkFeed,
  createQuoteFeed,
  createTradeFeed,
} from "./recorded-feeds.ts";

const bar: FeedBar = {
  timeMs: 60_000,
  openTicks: 1000,
  highTicks: 1100,
  lowTicks: 950,
  closeTicks: 1050,
  volumeLots: 100,
};
const book = {
  halfSpreadTicks: 1,
  levels: 2,
  stepTicks: 5,
  depth: { model: "share_of_volume", ppm: 100_000 },
} as const;

function drain(feed: Feed): readonly MarketCommand[] {
  const commands: MarketCommand[] = [];
  for (let ms = feed.nextMs(); ms !== null; ms = feed.nextMs()) {
    const command = feed.take();
    if (command === null) break;
    assert.equal(command.timeMs, ms);
    commands.push(command);
  }
  return commands;
}

function bars(path: PathModel, rows: readonly FeedBar[]): readonly MarketCommand[] {
  return drain(
    createBarFeed({ instrument: 0, bars: rows, barMs: 60_000, path, book, setsMark: true }),
  );
}

test("a bar walks its path, prints its volume in thirds and ends just before the next", () => {
  const commands = bars({ model: "open_high_low_close" }, [bar]);
  const marks = commands.flatMap((c) => (c.type === "set_mark" ? [[c.timeMs, c.priceTicks]] : []));
  assert.deepEqual(marks, [
    [60_000, 1000],
    [80_000, 1100],
    [100_000, 950],
    [119_999, 1050],
  ]);
  const prints = commands.flatMap((c) =>
    c.type === "outside_print" ? [[c.side, c.priceTicks, c.lots]] : [],
  );
  assert.deepEqual(prints, [
    ["buy", 1100, 33],
    ["sell", 950, 33],
    ["buy", 1050, 34],
  ]);
  const [shown] = commands.flatMap((c) => (c.type === "set_outside" ? [c.levels] : []));
  assert.deepEqual(shown, [
    { side: "buy", priceTicks: 999, lots: 10 },
    { side: "sell", priceTicks: 1001, lots: 10 },
    { side: "buy", priceTicks: 994, lots: 10 },
    { side: "sell", priceTicks: 1006, lots: 10 },
  ]);
});

test("which extreme came first is assumed by name, or drawn by seed", () => {
  const second = (
    path: PathModel,
    rows: readonly FeedBar[] = [bar],
  ): readonly (number | undefined)[] =>
    bars(path, rows).flatMap((c) =>
      c.type === "set_mark" && (c.timeMs - 20_000) % 60_000 === 0 ? [c.priceTicks] : [],
    );
  assert.deepEqual(second({ model: "open_low_high_close" }), [950]);
  const rows = Array.from({ length: 64 }, (_none, k) => ({ ...bar, timeMs: k * 60_000 }));
  const drawn = second({ model: "seeded", seed: 5 }, rows);
  assert.deepEqual(drawn, second({ model: "seeded", seed: 5 }, rows));
  assert.notDeepEqual(drawn, second({ model: "seeded", seed: 6 }, rows));
  assert.ok(drawn.filter((price) => price === 950).length > 16);
  assert.ok(drawn.filter((price) => price === 1100).length > 16);
});

test("a bar without volume fills nothing and shows nothing", () => {
  const exchange = anExchange({ markTicks: 1000 });
  must(exchange, place({ account: 0, side: "buy", priceTicks: 960, lots: 5 }));
  for (const command of bars({ model: "open_low_high_close" }, [{ ...bar, volumeLots: 0 }])) {
    must(exchange, command);
  }
  assert.equal(exchange.order(1)?.filledLots, 0);
  assert.deepEqual(exchange.book(0, 5).asks, []);
  assert.equal(exchange.markTicks(0), 1050);
});

test("a resting order is filled by the bar that comes down to it, within its volume", () => {
  const exchange = anExchange({ markTicks: 1000 });
  must(exchange, place({ account: 0, side: "buy", priceTicks: 960, lots: 60 }));
  for (const command of bars({ model: "open_low_high_close" }, [bar])) must(exchange, command);
  // A third of the volume is printed at 950, and the book that then stands at 951 and 956 offers
  // 10 each.
  assert.equal(exchange.order(1)?.filledLots, 33 + 10 + 10);
  assert.equal(exchange.fills({ account: 0, limit: 9 }).at(-1)?.priceTicks, 960);
});

test("quotes, trades, depth, marks and funding become what they say, in one order", () => {
  const levels = [{ side: "buy", priceTicks: 5, lots: 6 } as const];
  const merged = drain(
    mergeFeeds([
      createMarkFeed(0, [{ timeMs: 2, priceTicks: 100 }]),
      createQuoteFeed(0, [{ timeMs: 1, bidTicks: 99, bidLots: 3, askTicks: 101, askLots: 0 }]),
      createTradeFeed(0, [{ timeMs: 2, side: "sell", priceTicks: 99, lots: 2 }], null),
      createDepthFeed(0, [{ timeMs: 3, snapshot: false, levels }]),
      createFundingFeed(0, [{ timeMs: 2, rateE12: 7 }]),
    ]),
  );
  const at = { instrument: 0 };
  assert.deepEqual(merged, [
    {
      ...at,
      type: "set_outside",
      timeMs: 1,
      snapshot: true,
      levels: [{ side: "buy", priceTicks: 99, lots: 3 }],
    },
    { ...at, type: "set_mark", timeMs: 2, priceTicks: 100 },
    { ...at, type: "outside_print", timeMs: 2, side: "sell", priceTicks: 99, lots: 2 },
    { ...at, type: "settle_funding", timeMs: 2, rateE12: 7 },
    { ...at, type: "set_outside", timeMs: 3, snapshot: false, levels },
  ]);
});

test("a trade feed alone can put a book around each trade", () => {
  const trade = { timeMs: 1, side: "buy", priceTicks: 1000, lots: 50 } as const;
  const [, shown] = drain(createTradeFeed(0, [trade], { ...book, levels: 1 }));
  assert.deepEqual(shown?.type === "set_outside" ? shown.levels : [], [
    { side: "buy", priceTicks: 999, lots: 5 },
    { side: "sell", priceTicks: 1001, lots: 5 },
  ]);
});
