import { err, ok, type Result } from "#base";
import { type OptionTerms, optionPrice, optionVega, priceBounds } from "./black-scholes.ts";

export type VolatilityFault = "price_outside_bounds" | "volatility_unsolved";

/** Between 0.01 % and 1000 % a year; a price that needs more is not one of an option. */
const least = 0.0001;
const most = 10;
const maxSteps = 100;

/**
 * The volatility at which Black-Scholes gives this price: Newton's step where it stays within the
 * bracket and halves the error fast enough, else the middle of the bracket. Value rises with
 * volatility, so the bracket always holds the answer. Ends when the bracket or the step is below
 * 1e-12 of the volatility.
 */
export function impliedVolatility(
  terms: OptionTerms,
  price: number,
): Result<number, VolatilityFault> {
  const bounds = priceBounds(terms);
  if (!(price > bounds.least && price < bounds.most)) return err("price_outside_bounds");
  let low = least;
  let high = most;
  if (optionPrice(terms, low) > price || optionPrice(terms, high) < price) {
    return err("volatility_unsolved");
  }
  let at = firstGuess(terms, price);
  for (let step = 0; step < maxSteps; step += 1) {
    const miss = optionPrice(terms, at) - price;
    if (miss === 0) return ok(at);
    if (miss > 0) high = at;
    else low = at;
    const newton = at - miss / optionVega(terms, at);
    const next = newton > low && newton < high ? newton : low + (high - low) / 2;
    if (Math.abs(next - at) <= at * 1e-12 || high - low <= low * 1e-12) return ok(next);
    at = next;
  }
  return err("volatility_unsolved");
}

/** Brenner and Subrahmanyam (1988), exact at the money: sqrt(2 pi / T) price / spot. */
function firstGuess({ spot, years }: OptionTerms, price: number): number {
  const guess = (Math.sqrt(6.283185307179586 / years) * price) / spot;
  return Math.min(Math.max(guess, 0.01), 3);
}
