import { exp, ln, normalCdf } from "#base";
import type { OptionRight } from "../proposal-draft.ts";

/** A European option under Black, Scholes and Merton; rates continuously compounded per year. */
export type OptionTerms = Readonly<{
  right: OptionRight;
  spot: number;
  strike: number;
  years: number;
  rate: number;
  dividend: number;
}>;

/** 1 / sqrt(2 pi). */
export const rootTwoPiInverse = 0.3989422804014327;

/** d1 = (ln(S/K) + (r - q + v^2/2) T) / (v sqrt T). */
function firstDistance(terms: OptionTerms, volatility: number): number {
  const { spot, strike, years, rate, dividend } = terms;
  const drift = (rate - dividend + (volatility * volatility) / 2) * years;
  return (ln(spot / strike) + drift) / (volatility * Math.sqrt(years));
}

/** Value per share. Put by its own formula, not by parity: far puts keep their digits. */
export function optionPrice(terms: OptionTerms, volatility: number): number {
  const d1 = firstDistance(terms, volatility);
  const d2 = d1 - volatility * Math.sqrt(terms.years);
  const spot = terms.spot * exp(-terms.dividend * terms.years);
  const strike = terms.strike * exp(-terms.rate * terms.years);
  return terms.right === "CALL"
    ? spot * normalCdf(d1) - strike * normalCdf(d2)
    : strike * normalCdf(-d2) - spot * normalCdf(-d1);
}

/** Change of the value per 1 of spot. */
export function optionDelta(terms: OptionTerms, volatility: number): number {
  const d1 = firstDistance(terms, volatility);
  const carry = exp(-terms.dividend * terms.years);
  return terms.right === "CALL" ? carry * normalCdf(d1) : -carry * normalCdf(-d1);
}

/** Change of delta per 1 of spot; the same for calls and puts. */
export function optionGamma(terms: OptionTerms, volatility: number): number {
  const d1 = firstDistance(terms, volatility);
  const carry = exp(-terms.dividend * terms.years);
  const width = terms.spot * volatility * Math.sqrt(terms.years);
  return (carry * rootTwoPiInverse * exp((-d1 * d1) / 2)) / width;
}

/** Change of the value per 1 of volatility. */
export function optionVega(terms: OptionTerms, volatility: number): number {
  const d1 = firstDistance(terms, volatility);
  const spot = terms.spot * exp(-terms.dividend * terms.years);
  return spot * rootTwoPiInverse * exp((-d1 * d1) / 2) * Math.sqrt(terms.years);
}

/** What no volatility can leave: the value at zero and at infinite volatility. */
export function priceBounds(terms: OptionTerms): Readonly<{ least: number; most: number }> {
  const spot = terms.spot * exp(-terms.dividend * terms.years);
  const strike = terms.strike * exp(-terms.rate * terms.years);
  return terms.right === "CALL"
    ? { least: Math.max(spot - strike, 0), most: spot }
    : { least: Math.max(strike - spot, 0), most: strike };
}
