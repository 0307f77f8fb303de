import assert from "node:assert/strict";
import { test } from "node:test";
import { alpacaTrades, aTrade, leanTrades, optionsNoon, withoutShared } from "#support";
import { measureFlows } from "./measure-flows.ts";
import type { OptionTrade } from "./option-trade.ts";
import { defaultWhaleConfig } from "./whale-config.ts";

function measure(trades: readonly Partial<OptionTrade>[]) {
  return measureFlows({ now_ms: optionsNoon, trades: trades.map(aTrade) }, defaultWhaleConfig);
}

const put = { right: "PUT", strike: "440", contract_symbol: "P440" } as const;
const otm = { strike: "460" };
const heavy = { volume: "1201" };
const block = { size: "100" };
const sold = { price: "4.90" };

/**
 * Worked by hand. The quote is 4.90 at 5.00, the spot 450.81, open interest 1000 and volume 100:
 * a call at 450 is in the money, one at 460 or a put below 450.81 is out of it; 1201 / 1000 > 1.2.
 */
const table: readonly (readonly [
  what: string,
  trade: Partial<OptionTrade>,
  type: string,
  sentiment: string,
  conviction: number,
  premium: number,
])[] = [
  ["call bought at the ask", {}, "OTHER", "BULLISH", 30, 500_000],
  ["call bought above the ask", { price: "5.01" }, "OTHER", "BULLISH", 30, 501_000],
  ["call sold at the bid", sold, "OTHER", "BEARISH", 30, 490_000],
  ["call sold below the bid", { price: "4.85" }, "OTHER", "BEARISH", 30, 485_000],
  ["call between bid and ask", { price: "4.95" }, "OTHER", "NEUTRAL", 30, 495_000],
  ["put bought, out of the money", { right: "PUT" }, "OTHER", "BEARISH", 40, 500_000],
  [
    "put sold, in the money",
    { right: "PUT", strike: "460", ...sold },
    "OTHER",
    "BULLISH",
    30,
    490_000,
  ],
  ["99 contracts are no block", { size: "99" }, "OTHER", "BULLISH", 30, 4_950_000],
  ["100 contracts are a block", block, "BLOCK", "BULLISH", 50, 5_000_000],
  ["block out of the money", { ...block, ...otm }, "BLOCK", "BULLISH", 60, 5_000_000],
  ["put out of the money", { ...put, ...block }, "BLOCK", "BEARISH", 60, 5_000_000],
  ["put in the money", { ...put, strike: "460" }, "OTHER", "BEARISH", 30, 500_000],
  ["at the money is not out of it", { strike: "450.81" }, "OTHER", "BULLISH", 30, 500_000],
  ["heavy volume", { ...block, ...heavy }, "BLOCK", "BULLISH", 60, 5_000_000],
  ["a ratio of exactly 1.2 is not heavy", { volume: "1200" }, "OTHER", "BULLISH", 30, 500_000],
  ["volume without open interest", { open_interest: "0" }, "OTHER", "BULLISH", 40, 500_000],
  [
    "neither volume nor interest",
    { volume: "0", open_interest: "0" },
    "OTHER",
    "BULLISH",
    30,
    500_000,
  ],
  ["both bonuses", { ...block, ...otm, ...heavy }, "BLOCK", "BULLISH", 70, 5_000_000],
  ["no spot, no bonus", { ...otm, spot: null }, "OTHER", "BULLISH", 30, 500_000],
  [
    "no open interest, no bonus",
    { ...heavy, open_interest: null },
    "OTHER",
    "BULLISH",
    30,
    500_000,
  ],
  ["no ask, no side", { ask: null }, "OTHER", "NEUTRAL", 30, 500_000],
  ["no bid, no side", { bid: null }, "OTHER", "NEUTRAL", 30, 500_000],
  ["a locked quote has no side", { bid: "5.00" }, "OTHER", "NEUTRAL", 30, 500_000],
  ["a crossed quote has no side", { bid: "5.10" }, "OTHER", "NEUTRAL", 30, 500_000],
  ["a cent of a cent", { price: "0.0001", size: "1", bid: "0" }, "OTHER", "NEUTRAL", 30, 1],
];

for (const [what, trade, type, sentiment, conviction, premium] of table) {
  test(`${what}: ${type}, ${sentiment}, ${conviction}`, () => {
    const report = measure([trade]);
    assert.deepEqual(
      report.flows.map((flow) => [
        flow.flow_type,
        flow.sentiment,
        flow.conviction,
        flow.premium_cents,
      ]),
      [[type, sentiment, conviction, premium]],
    );
  });
}

const begin = optionsNoon - 60_000;
const on = (venue: string | null, ms: number, rest: Partial<OptionTrade> = {}) => ({
  venue,
  ts_ms: begin + ms,
  ...rest,
});

/** What became of a burst: one word a flow, with its number of trades. */
function flowsOf(...trades: readonly Partial<OptionTrade>[]): readonly string[] {
  return measure(trades).flows.map(({ flow_type, trades: rows }) => `${flow_type} ${rows}`);
}

test("purchases of one contract on two venues within a second are one sweep", () => {
  assert.deepEqual(flowsOf(on("C", 0), on("N", 1000)), ["SWEEP 2"]);
  assert.deepEqual(flowsOf(on("C", 0), on("N", 1001)), ["OTHER 1", "OTHER 1"]);
  assert.deepEqual(flowsOf(on("C", 0), on("C", 10), on("N", 900), on("X", 1800)), ["SWEEP 4"]);
});

test("one venue, no venue, a sale, two contracts or a price inside the quote: no sweep", () => {
  const apart = ["OTHER 1", "OTHER 1"];
  assert.deepEqual(flowsOf(on("C", 0), on("C", 10)), apart);
  assert.deepEqual(flowsOf(on(null, 0), on(null, 10)), apart);
  assert.deepEqual(flowsOf(on("C", 0), on(null, 10)), apart);
  assert.deepEqual(flowsOf(on("C", 0, sold), on("N", 10, sold)), apart);
  assert.deepEqual(flowsOf(on("C", 0), on("N", 10, put)), apart);
  assert.deepEqual(flowsOf(on("C", 0), on("N", 10, { price: "4.99" })), apart);
});

test("a sweep counts as one flow: 80, with the bonuses of its first and last trade", () => {
  const report = measure([on("C", 0, otm), on("N", 5, { ...otm, ...heavy, size: "200" })]);
  assert.equal(report.flows.length, 1);
  const [sweep] = report.flows;
  assert.deepEqual(
    [sweep?.flow_type, sweep?.conviction, sweep?.size, sweep?.premium_cents, sweep?.venues],
    ["SWEEP", 100, 210, 10_500_000, 2],
  );
  assert.deepEqual(report.sides.BULLISH, { flows: 1, premium_cents: 10_500_000 });
});

/** `flows` trades on one side, of `size` contracts each. */
function side(flows: number, size: number, rest: Partial<OptionTrade> = {}) {
  return Array.from({ length: flows }, () => ({ size: String(size), ...rest }));
}

test("a side dominates when it leads by half in flows and premium, never by a lone flow", () => {
  const cases: readonly (readonly [string, readonly Partial<OptionTrade>[]])[] = [
    ["NONE", []],
    ["NONE", side(5, 10, { price: "4.95" })],
    ["NEUTRAL", side(1, 10_000)],
    ["NEUTRAL", side(1, 1, sold)],
    ["NEUTRAL", [...side(5, 10), ...side(4, 1, sold)]],
    ["BULLISH", side(2, 10)],
    ["BEARISH", side(2, 10, sold)],
    ["BULLISH", [...side(4, 10), ...side(2, 10, sold)]],
    ["MIXED", [...side(6, 10), ...side(4, 1, sold)]],
    ["MIXED", [...side(4, 10), ...side(2, 20, sold)]],
    ["BEARISH", [...side(2, 10), ...side(4, 10, sold)]],
    ["BEARISH", [...side(1, 10), ...side(3, 11, { right: "PUT" })]],
  ];
  for (const [dominance, trades] of cases) {
    assert.equal(measure(trades).dominance, dominance, JSON.stringify(trades));
  }
});

test("convictions are averaged by flow and by premium", () => {
  const report = measure([{}, { ...block, ...otm }]);
  // 30 with 5 000.00 of premium and 60 with 50 000.00.
  assert.equal(report.mean_conviction, 45);
  assert.equal(report.max_conviction, 60);
  assert.equal(report.weighted_conviction, (30 * 500_000 + 60 * 5_000_000) / 5_500_000);
  assert.equal(measure([]).mean_conviction, null);
});

test("what a source repeats under one id is one trade, and the first telling stands", () => {
  const report = measure([
    { trade_id: "7" },
    { trade_id: "7" },
    { trade_id: "7", price: "9.00" },
    { trade_id: "7", source: "other" },
    { trade_id: null },
    { trade_id: null },
  ]);
  assert.equal(report.flows.length, 4);
  assert.deepEqual([report.duplicates, report.contradicted, report.unidentified], [2, 1, 2]);
  assert.ok(report.flows.every((flow) => flow.premium_cents === 500_000));
});

test("a number that means nothing refuses its trade and is listed with its place", () => {
  const cases: readonly (readonly [keyof OptionTrade | "premium", string, Partial<OptionTrade>])[] =
    [
      ["price", "decimal_malformed", { price: "5,00" }],
      ["price", "decimal_malformed", { price: "" }],
      ["price", "decimal_malformed", { price: "NaN" }],
      ["price", "number_too_small", { price: "0" }],
      ["price", "number_too_small", { price: "-5.00" }],
      ["price", "decimal_inexact", { price: "5.00001" }],
      ["size", "decimal_inexact", { size: "1.5" }],
      ["size", "number_too_small", { size: "0" }],
      ["size", "decimal_out_of_range", { size: "1e300" }],
      ["strike", "decimal_malformed", { strike: "450C" }],
      ["bid", "number_too_small", { bid: "-0.01" }],
      ["ask", "decimal_malformed", { ask: "Infinity" }],
      ["spot", "number_too_small", { spot: "0" }],
      ["open_interest", "decimal_inexact", { open_interest: "10.5" }],
      ["volume", "number_too_small", { volume: "-1" }],
      ["premium", "premium_out_of_range", { price: "100000", size: "1000000" }],
      ["ts_ms", "time_malformed", { ts_ms: Number.NaN }],
      ["ts_ms", "time_in_future", { ts_ms: optionsNoon + 5_001 }],
      ["expiration", "time_out_of_range", { expiration: "2023-02-30" }],
      ["expiration", "time_malformed", { expiration: "20231215" }],
      ["right", "right_unknown", { right: "C" as "CALL" }],
    ];
  for (const [field, code, trade] of cases) {
    const report = measure([{}, { ...trade, trade_id: "odd" }]);
    assert.deepEqual(report.malformed, [{ index: 1, trade_id: "odd", field, code }]);
    assert.equal(report.flows.length, 1);
  }
});

test("other underlyings and trades before the lookback are counted and left out", () => {
  const report = measure([
    { underlying: "IWM" },
    { ts_ms: optionsNoon - 1_800_000 },
    { ts_ms: optionsNoon - 1_800_001 },
    { ts_ms: optionsNoon + 5_000 },
  ]);
  assert.deepEqual(
    [report.rows, report.other_symbols, report.outside_lookback, report.flows.length],
    [4, 1, 1, 2],
  );
});

const skip = withoutShared("data", "lean-option-chains") || withoutShared("data", "lean-us-equity");

/** SPY on 2023-08-03, minute by minute; sums by Python's standard library (zipfile, decimal). */
test("the recorded flows of a day add up to what Python makes of them", { skip }, () => {
  const trades = leanTrades("spy", "20230803");
  // Options on this fund trade until a quarter past four.
  const end = Date.UTC(2023, 7, 3, 20, 15);
  const config = { ...defaultWhaleConfig, lookback_ms: 24 * 3_600_000 };
  const report = measureFlows({ now_ms: end, trades }, config);
  assert.equal(report.flows.length, 190);
  assert.deepEqual(report.sides, {
    BULLISH: { flows: 83, premium_cents: 52_955_800 },
    BEARISH: { flows: 79, premium_cents: 17_222_100 },
    NEUTRAL: { flows: 28, premium_cents: 16_466_100 },
  });
  assert.equal(report.flows.filter((flow) => flow.flow_type === "BLOCK").length, 5);
  assert.equal(report.mean_conviction, 39.68421052631579);
  assert.ok(Math.abs((report.weighted_conviction ?? 0) - 50.995441115368635) < 1e-12);
  assert.equal(report.dominance, "MIXED", "bulls lead in premium, but 83 flows to 79");
  assert.deepEqual([report.unidentified, report.malformed], [190, []]);
});

test("half hours of that day: flows and premium of each side, as Python counts them", {
  skip,
}, () => {
  const trades = leanTrades("spy", "20230803");
  const midnight = Date.UTC(2023, 7, 3, 4);
  for (const [at, bulls, bullCents, bears, bearCents, dominance] of [
    [36_000_000, 15, 920_700, 15, 1_419_900, "NEUTRAL"],
    [39_600_000, 6, 164_500, 6, 5_003_500, "NEUTRAL"],
    [41_400_000, 11, 41_362_700, 3, 126_700, "BULLISH"],
    [50_400_000, 2, 6_216_200, 3, 81_100, "NEUTRAL"],
    [57_000_000, 5, 71_300, 2, 52_100, "MIXED"],
  ] as const) {
    const report = measureFlows({ now_ms: midnight + at, trades }, defaultWhaleConfig);
    const { BULLISH, BEARISH } = report.sides;
    assert.deepEqual(
      [BULLISH.flows, BULLISH.premium_cents, BEARISH.flows, BEARISH.premium_cents],
      [bulls, bullCents, bears, bearCents],
    );
    assert.equal(report.dominance, dominance);
  }
});

const skipAlpaca = withoutShared("data", "alpaca-fixtures");

test("recorded Alpaca snapshots: trades inside their quotes take no side", {
  skip: skipAlpaca,
}, () => {
  const trades = alpacaTrades();
  const config = { ...defaultWhaleConfig, symbol: "AAPL", lookback_ms: 365 * 86_400_000 };
  const report = measureFlows({ now_ms: Date.UTC(2024, 3, 26), trades }, config);
  // 0.52 in 0.48 to 0.59, and 0.34 in 0.32 to 0.35; one contract each.
  assert.deepEqual(
    report.flows.map(({ contract_symbol, sentiment, premium_cents, conviction }) => [
      contract_symbol,
      sentiment,
      premium_cents,
      conviction,
    ]),
    [
      ["AAPL240126P00050000", "NEUTRAL", 5_200, 30],
      ["AAPL240503P00155000", "NEUTRAL", 3_400, 30],
    ],
  );
  assert.equal(report.dominance, "NONE");
});
