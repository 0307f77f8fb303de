import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { aChain, anOption, optionsNoon } from "#support";
import { defaultGammaConfig, type GammaConfig } from "./gamma-config.ts";
import { type GammaReport, measureGamma } from "./measure-gamma.ts";
import type { OptionChain, OptionContract } from "./option-chain.ts";

const given: GammaConfig = { ...defaultGammaConfig, greeks: "given" };

function reportOf(chain: OptionChain, config: GammaConfig = given): GammaReport {
  const report = measureGamma(chain, config);
  assert.ok(report.ok, JSON.stringify(report));
  return report.value;
}

function call(strike: number, change: Partial<OptionContract> = {}): OptionContract {
  return anOption({ contract_symbol: `C${strike}`, strike, ...change });
}

function put(strike: number, change: Partial<OptionContract> = {}): OptionContract {
  return anOption({ contract_symbol: `P${strike}`, strike, right: "PUT", delta: -0.5, ...change });
}

test("calls count up and puts down: gamma x open interest x 100 x spot", () => {
  const report = reportOf(
    aChain([
      call(100, { gamma: 0.04, open_interest: 10 }),
      put(100, { gamma: 0.03, open_interest: 20 }),
      call(110, { gamma: 0.02, open_interest: 5 }),
    ]),
  );
  // 0.04 * 10 * 100 * 100 = 4000; 0.03 * 20 * 100 * 100 = 6000; 0.02 * 5 * 100 * 100 = 1000.
  assert.deepEqual(report.by_strike, [
    { strike: 100, call_per_dollar: 4000, put_per_dollar: -6000, net_per_dollar: -2000 },
    { strike: 110, call_per_dollar: 1000, put_per_dollar: 0, net_per_dollar: 1000 },
  ]);
  assert.equal(report.net_per_dollar, -1000);
  assert.equal(report.net_per_percent, -1000, "1 % of 100 is 1");
  assert.equal(report.regime, "negative");
  // From -2000 at 100 to 1000 at 110; its running sum goes from -2000 to -1000 and stays below.
  assert.equal(report.zero_gamma.by_strike, 100 + 10 * (2 / 3));
  assert.equal(report.zero_gamma.by_cumulative_strike, null);
});

test("a net of exactly zero is neither positive nor negative", () => {
  const report = reportOf(aChain([call(100), put(100)]));
  assert.equal(report.net_per_dollar, 0);
  assert.equal(report.regime, "neutral");
});

test("the repriced level is where the closed form of two options says", () => {
  const years = 0.25;
  const expires_at_ms = optionsNoon + years * 365 * 86_400_000;
  const [high, low, volatility] = [108, 95, 0.24];
  for (const interest of [100, 60, 170]) {
    const level = reportOf(
      aChain([
        call(high, { expires_at_ms, implied_volatility: volatility, open_interest: interest }),
        put(low, { expires_at_ms, implied_volatility: volatility, open_interest: 100 }),
      ]),
    ).zero_gamma.repriced.level;
    // Equal densities: (x - k1)^2 - (x - k2)^2 = 2 v^2 T ln(w1 / w2), x = ln S + v^2 T / 2.
    const variance = volatility ** 2 * years;
    const [k1, k2] = [Math.log(high), Math.log(low)];
    const x = (k1 ** 2 - k2 ** 2 - 2 * variance * Math.log(interest / 100)) / (2 * (k1 - k2));
    assert.ok(Math.abs((level ?? 0) - Math.exp(x - variance / 2)) < 1e-9, `${interest}: ${level}`);
  }
});

test("without a change of sign, or without volatilities, no repriced level but a reason", () => {
  const calls = reportOf(aChain([call(100), call(110)])).zero_gamma;
  assert.deepEqual(calls.repriced, {
    level: null,
    level_reason: "no_sign_change_within_span",
    crossings: 0,
  });
  const blind = reportOf(aChain([call(100, { implied_volatility: null })])).zero_gamma;
  assert.equal(blind.repriced.level_reason, "no_volatility");
  assert.equal(blind.repriced_without, 1);
});

test("what cannot be known is masked under its reason, and never counts as 0", () => {
  const none = { gamma: null, implied_volatility: null };
  const cases: readonly (readonly [string, Partial<OptionContract>, Partial<GammaConfig>])[] = [
    ["open_interest_missing", { open_interest: null }, {}],
    ["open_interest_invalid", { open_interest: -1 }, {}],
    ["open_interest_invalid", { open_interest: 1.5 }, {}],
    ["open_interest_invalid", { open_interest: Number.NaN }, {}],
    ["strike_invalid", { strike: 0 }, {}],
    ["strike_invalid", { strike: Number.NaN }, {}],
    ["expiration_unreadable", { expiration: "soon" }, {}],
    ["expired", { expiration: "2023-09-13" }, {}],
    ["greeks_missing", { ...none, bid: null }, {}],
    ["greeks_missing", { gamma: null }, { greeks: "given" }],
    ["greeks_missing", { ...none, gamma: 0, implied_volatility: 0 }, { greeks: "given" }],
    ["greeks_missing", { ...none, gamma: -0.1, bid: Number.NaN }, {}],
    ["quote_crossed", { ...none, bid: 4.2 }, {}],
    ["quote_one_sided", { ...none, bid: 0 }, {}],
    ["price_outside_bounds", { ...none, bid: 100, ask: 101 }, {}],
    ["volatility_unsolved", { ...none, bid: 99.99, ask: 99.99 }, {}],
  ];
  for (const [reason, change, config] of cases) {
    const odd = anOption({ contract_symbol: "ODD", ...change });
    const report = reportOf(aChain([call(100), odd]), { ...defaultGammaConfig, ...config });
    assert.deepEqual(report.masked, { [reason]: 1 }, JSON.stringify(change));
    assert.equal(report.used, 1);
    assert.equal(report.net_per_dollar, 4000);
  }
});

test("a chain of which nothing is known is refused, not measured as 0", () => {
  const cases: readonly (readonly [string, string, OptionChain])[] = [
    ["input_missing", "chain_all_masked", aChain([call(100, { open_interest: null })])],
    ["input_missing", "chain_all_masked", aChain([])],
    ["input_missing", "open_interest_all_zero", aChain([call(100, { open_interest: 0 })])],
    ["input_missing", "spot_missing", aChain([call(100)], { spot: null })],
    ["input_malformed", "spot_invalid", aChain([call(100)], { spot: 0 })],
    ["input_malformed", "spot_invalid", aChain([call(100)], { spot: Number.NaN })],
    ["input_malformed", "exposure_out_of_range", aChain([call(100, { gamma: 1e306 })])],
  ];
  for (const [code, reason, chain] of cases) {
    const report = measureGamma(chain, defaultGammaConfig);
    assert.ok(!report.ok);
    assert.deepEqual([report.fault.code, report.fault.reason.code], [code, reason]);
  }
});

test("open interest of 0 is known: it adds nothing and is not masked", () => {
  const report = reportOf(aChain([call(100), put(90, { open_interest: 0, gamma: null })]));
  assert.deepEqual([report.used, report.without_open_interest, report.masked], [1, 1, {}]);
});

test("a repeated row counts once, and a contract that is told two ways counts not at all", () => {
  const twice = reportOf(aChain([call(100), call(100), put(90)]));
  assert.deepEqual([twice.used, twice.masked], [2, { contract_repeated: 1 }]);
  const torn = reportOf(aChain([call(100), call(100, { open_interest: 11 }), call(100), put(90)]));
  assert.deepEqual([torn.used, torn.masked], [1, { contract_contradicted: 3 }]);
});

test("missing greeks are computed, from the volatility or else from the quote", () => {
  const own = { ...defaultGammaConfig, greeks: "given_else_computed" } as const;
  const fromVolatility = reportOf(aChain([call(100, { gamma: null })]), own);
  const fromQuote = reportOf(aChain([call(100, { gamma: null, implied_volatility: 0 })]), own);
  assert.deepEqual([fromVolatility.computed, fromQuote.computed], [1, 1]);
  // The quote of 4.00 is worth a volatility near 20 %, so the two are nearly the same.
  const ratio = fromQuote.net_per_dollar / fromVolatility.net_per_dollar;
  assert.ok(ratio > 0.95 && ratio < 1.05, `${ratio}`);
});

test("the order of rows changes nothing, not even a last bit", () => {
  const rows = Array.from({ length: 60 }, (_, index) => {
    const option = index % 2 === 0 ? call : put;
    return option(80 + Math.floor(index / 2), {
      gamma: 0.01 + index / 3333,
      open_interest: index * 7,
    });
  });
  const straight = JSON.stringify(reportOf(aChain(rows)));
  fc.assert(
    fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
      assert.equal(JSON.stringify(reportOf(aChain(shuffled))), straight);
    }),
    { seed: 45, numRuns: 30 },
  );
});
