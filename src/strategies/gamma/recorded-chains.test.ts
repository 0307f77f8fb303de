import assert from "node:assert/strict";
import { test } from "node:test";
import { cboeChain, leanChain, naiveExposure, readCboePage, withoutShared } from "#support";
import { contractGreeks, contractTerms } from "./contract-greeks.ts";
import { defaultGammaConfig, type GammaConfig } from "./gamma-config.ts";
import { impliedVolatility } from "./implied-volatility.ts";
import { type GammaReport, measureGamma } from "./measure-gamma.ts";
import type { OptionChain } from "./option-chain.ts";

const skip = withoutShared("data", "cboe-quotedata-chains");
const skipLean = withoutShared("data", "lean-option-chains");

/**
 * The four recorded pages, worked once with Python's standard library alone (csv, datetime, math,
 * math.fsum; 16:00 New York, 13:00 on half days, 365 days): contracts and net from the Gamma
 * column; contracts and net from the IV column; the zero-gamma spot by scanning 81 spots and
 * halving 40 times.
 */
const pages = [
  {
    file: "cboe_quotedata_SPX_2022-06-11.csv.gz",
    symbol: "SPX",
    column: { used: 14634, net: -1069646851.257795 },
    volatility: { used: 14596, net: -1151818949.4762158 },
    zero: 4202.322828889446,
  },
  {
    file: "cboe_quotedata_SPX_2022-07-12_intraday.csv.gz",
    symbol: "SPX",
    column: { used: 14870, net: -453458499.8136 },
    volatility: { used: 14815, net: -495435709.0010061 },
    zero: 3964.6417979130742,
  },
  {
    file: "cboe_quotedata_SPX_2023-09-14.csv.gz",
    symbol: "SPX",
    column: { used: 14038, net: 517407683.0169321 },
    volatility: { used: 13938, net: 364830459.34434146 },
    zero: 4494.256292878884,
  },
  {
    file: "cboe_quotedata_SPY_2023-09-14.csv.gz",
    symbol: "SPY",
    column: { used: 4906, net: 338335587.3195 },
    volatility: { used: 4705, net: 356515433.3985668 },
    zero: 449.7527060260521,
  },
] as const;

const given: GammaConfig = { ...defaultGammaConfig, greeks: "given" };
const computed: GammaConfig = { ...defaultGammaConfig, greeks: "computed" };

function reportOf(chain: OptionChain, config: GammaConfig): GammaReport {
  const report = measureGamma(chain, config);
  assert.ok(report.ok);
  return report.value;
}

/** Everything that is summed, without its sign: what rounding is measured against. */
function gross({ call_per_dollar, put_per_dollar }: GammaReport): number {
  return call_per_dollar - put_per_dollar;
}

for (const page of pages) {
  test(`${page.file}: exposure by the page's own gamma is the sum of its cells`, { skip }, () => {
    const text = readCboePage(page.file);
    const chain = cboeChain(text, page.symbol);
    const report = reportOf(chain, given);
    const naive = naiveExposure(text, spec(chain, "column"));
    // Sums of some 10^4 terms in another order: 1e-12 of what was added without its sign.
    const tolerance = gross(report) * 1e-12;
    assert.equal(report.used, page.column.used);
    assert.equal(report.used, naive.used);
    assert.ok(Math.abs(report.net_per_dollar - page.column.net) < tolerance);
    assert.ok(Math.abs(report.net_per_dollar - naive.net) < tolerance);
    assert.equal(report.by_strike.length, naive.byStrike.size);
    for (const { strike, net_per_dollar } of report.by_strike) {
      assert.ok(
        Math.abs(net_per_dollar - (naive.byStrike.get(strike) ?? NaN)) < tolerance,
        `${strike}`,
      );
    }
    assert.equal(report.net_per_percent, report.net_per_dollar * report.spot * 0.01);
    const { level, crossings } = report.zero_gamma.repriced;
    assert.equal(crossings, 1);
    assert.ok(Math.abs((level ?? NaN) - page.zero) < 1e-9 * page.zero, `${level}`);
  });

  test(`${page.file}: exposure by our gamma is that of the textbook formula`, { skip }, () => {
    const text = readCboePage(page.file);
    const whole = cboeChain(text, page.symbol);
    // Without quotes only the page's volatilities are left to compute from.
    const contracts = whole.contracts.map((row) => ({ ...row, bid: null, ask: null }));
    const report = reportOf({ ...whole, contracts }, computed);
    const naive = naiveExposure(text, spec(whole, "from_iv"));
    const tolerance = gross(report) * 1e-12;
    assert.equal(report.used, page.volatility.used);
    assert.equal(report.computed, report.used);
    assert.ok(Math.abs(report.net_per_dollar - page.volatility.net) < tolerance);
    assert.ok(Math.abs(report.net_per_dollar - naive.net) < tolerance);
  });

  test(`${page.file}: every row is used, known to be empty, or masked under a reason`, {
    skip,
  }, () => {
    const chain = cboeChain(readCboePage(page.file), page.symbol);
    for (const config of [given, defaultGammaConfig, computed]) {
      const report = reportOf(chain, config);
      const masked = Object.values(report.masked).reduce((sum, rows) => sum + rows, 0);
      assert.equal(report.used + report.without_open_interest + masked, report.rows);
      assert.equal(report.rows, chain.contracts.length);
    }
  });
}

/**
 * Cboe does not say how it prices. Its column (four decimals, so 5e-5 of rounding) is met best by
 * the rate of those days, 5.4 %, and no dividends; near the end its clock differs from ours.
 */
test("contract by contract our gamma is the page's own, at the rate of the day", { skip }, () => {
  const chain = cboeChain(readCboePage(pages[2].file), "SPX");
  const config = { ...computed, risk_free_rate: 0.054 };
  const vantage = { spot: chain.spot ?? 0, asOfMs: chain.as_of_ms, config };
  const misses: { days: number; miss: number }[] = [];
  for (const contract of chain.contracts) {
    const { implied_volatility, gamma } = contract;
    const terms = contractTerms(contract, vantage);
    if (!terms.ok || gamma === null || gamma === 0 || implied_volatility === 0) continue;
    const greeks = contractGreeks(contract, terms.value, config);
    assert.ok(greeks.ok);
    const miss = Math.abs(greeks.value.gamma - gamma);
    misses.push({ days: terms.value.years * 365, miss });
  }
  const beyond = (days: number) => misses.filter((row) => row.days >= days);
  const withinTwoRoundings = (rows: typeof misses) =>
    rows.filter(({ miss }) => miss <= 1e-4).length;
  assert.ok(beyond(30).length > 9_000);
  assert.equal(withinTwoRoundings(beyond(30)), beyond(30).length);
  assert.ok(withinTwoRoundings(beyond(7)) > 0.97 * beyond(7).length);
});

test("volatilities solved from recorded quotes are the page's, given the day's rate", {
  skip,
}, () => {
  const chain = cboeChain(readCboePage(pages[2].file), "SPX");
  const config = { ...computed, risk_free_rate: 0.054 };
  const vantage = { spot: chain.spot ?? 0, asOfMs: chain.as_of_ms, config };
  const misses: number[] = [];
  for (const contract of chain.contracts) {
    const { bid, ask, delta, implied_volatility: page } = contract;
    const terms = contractTerms(contract, vantage);
    // A month to a year left and not far from the money: there a price tells of volatility.
    if (!terms.ok || terms.value.years < 30 / 365 || terms.value.years > 1) continue;
    if (Math.abs(Math.abs(delta ?? 0) - 0.5) > 0.3 || !bid || !ask || !page) continue;
    const solved = impliedVolatility(terms.value, (bid + ask) / 2);
    assert.ok(solved.ok, contract.contract_symbol);
    misses.push(Math.abs(solved.value - page));
  }
  misses.sort((a, b) => a - b);
  assert.ok(misses.length > 3_000);
  assert.ok((misses[misses.length >> 1] ?? 1) < 0.004, "half of them within 0.4 points");
  assert.ok((misses.at(-1) ?? 1) < 0.03, "all of them within 3 points");
});

test("LEAN's daily universes: an empty cell of open interest is masked, never 0", {
  skip: skipLean,
}, () => {
  // Used contracts, rows without open interest and net, by Python's standard library as above.
  for (const [symbol, date, used, missing, net] of [
    ["GOOG", "20151224", 1110, 757, 1632733.096924],
    ["AAPL", "20140605", 878, 390, 13218916.346633999],
    ["SPX", "20210108", 6, 0, 504765513.855396],
    ["SPY", "20240105", 9, 10, 55530.012947200004],
  ] as const) {
    const report = reportOf(leanChain(symbol, date), given);
    assert.equal(report.used, used, symbol);
    assert.equal(report.masked.open_interest_missing ?? 0, missing, symbol);
    assert.ok(Math.abs(report.net_per_dollar - net) < gross(report) * 1e-12, symbol);
  }
});

test("a recorded chain without any open interest is refused", { skip: skipLean }, () => {
  const chain = leanChain("AAPL", "20140606");
  const report = measureGamma(chain, defaultGammaConfig);
  assert.ok(!report.ok);
  assert.equal(report.fault.code, "input_missing");
  assert.equal(report.fault.reason.code, "chain_all_masked");
});

function spec({ spot, as_of_ms }: OptionChain, gamma: "column" | "from_iv") {
  return { spot: spot ?? Number.NaN, asOfMs: as_of_ms, gamma };
}
