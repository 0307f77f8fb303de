import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exp } from "#base";
import {
  type OptionTerms,
  optionDelta,
  optionGamma,
  optionPrice,
  optionVega,
  priceBounds,
} from "./black-scholes.ts";
import { impliedVolatility } from "./implied-volatility.ts";

/** Hull, Options, Futures and Other Derivatives: S 42, K 40, r 10 %, v 20 %, T 0.5. */
const hull: OptionTerms = {
  right: "CALL",
  spot: 42,
  strike: 40,
  years: 0.5,
  rate: 0.1,
  dividend: 0,
};
const hullVolatility = 0.2;

const terms = fc.record({
  right: fc.constantFrom("CALL", "PUT"),
  spot: fc.double({ min: 50, max: 5000, noNaN: true }),
  moneyness: fc.double({ min: 0.6, max: 1.6, noNaN: true }),
  years: fc.double({ min: 1 / 365, max: 2, noNaN: true }),
  rate: fc.double({ min: -0.01, max: 0.08, noNaN: true }),
  dividend: fc.double({ min: 0, max: 0.05, noNaN: true }),
  volatility: fc.double({ min: 0.05, max: 2, noNaN: true }),
});

test("the textbook's call is worth 4.76 and its put 0.81", () => {
  assert.equal(optionPrice(hull, hullVolatility).toFixed(4), "4.7594");
  assert.equal(optionPrice({ ...hull, right: "PUT" }, hullVolatility).toFixed(4), "0.8086");
});

test("put and call differ by the forward", () => {
  fc.assert(
    fc.property(terms, ({ moneyness, volatility, ...rest }) => {
      const at = { ...rest, strike: rest.spot * moneyness };
      const call = optionPrice({ ...at, right: "CALL" }, volatility);
      const put = optionPrice({ ...at, right: "PUT" }, volatility);
      const forward = at.spot * exp(-at.dividend * at.years) - at.strike * exp(-at.rate * at.years);
      assert.ok(Math.abs(call - put - forward) < 1e-12 * at.spot);
    }),
    { seed: 20220611 },
  );
});

test("delta, gamma and vega are the slopes of the price", () => {
  fc.assert(
    fc.property(terms, ({ moneyness, volatility, ...rest }) => {
      const at: OptionTerms = { ...rest, strike: rest.spot * moneyness };
      const step = at.spot * 1e-5;
      const moved = (by: number): OptionTerms => ({ ...at, spot: at.spot + by });
      const slope =
        (optionPrice(moved(step), volatility) - optionPrice(moved(-step), volatility)) / (2 * step);
      assert.ok(Math.abs(optionDelta(at, volatility) - slope) < 2e-5, "delta");
      const bend =
        (optionDelta(moved(step), volatility) - optionDelta(moved(-step), volatility)) / (2 * step);
      assert.ok(Math.abs(optionGamma(at, volatility) - bend) * at.spot < 1e-3, "gamma");
      const rise = (optionPrice(at, volatility + 1e-6) - optionPrice(at, volatility - 1e-6)) / 2e-6;
      assert.ok(Math.abs(optionVega(at, volatility) - rise) < 1e-5 * at.spot, "vega");
    }),
    { seed: 20220712 },
  );
});

test("the volatility behind a price is found again", () => {
  fc.assert(
    fc.property(terms, ({ moneyness, volatility, ...rest }) => {
      const at: OptionTerms = { ...rest, strike: rest.spot * moneyness };
      const price = optionPrice(at, volatility);
      const { least } = priceBounds(at);
      // A price that is all intrinsic value says nothing of volatility, whoever asks.
      fc.pre(price - least > 1e-6 * at.spot && optionVega(at, volatility) > 1e-4 * at.spot);
      const found = impliedVolatility(at, price);
      assert.ok(found.ok);
      assert.ok(Math.abs(found.value - volatility) < 1e-8, `${found.value} for ${volatility}`);
    }),
    { seed: 20230914, numRuns: 400 },
  );
});

test("a price that no volatility gives has none, and says why", () => {
  const { least, most } = priceBounds(hull);
  for (const price of [least, least - 0.01, most, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
    const found = impliedVolatility(hull, price);
    assert.deepEqual(found, { ok: false, fault: "price_outside_bounds" });
  }
  const tooWild = { ...hull, years: 1 / 365 };
  assert.deepEqual(impliedVolatility(tooWild, 41.9), { ok: false, fault: "volatility_unsolved" });
});
