import { Defect } from "#base";

/** Largest amount that an account may hold or owe: half of what float64 counts exactly. */
export const moneyLimit = 4_503_599_627_370_495;

/**
 * ceil(a * numerator / denominator), exactly. a >= 0 below 2^53, 0 <= numerator, 1 <= denominator
 * and numerator * denominator below 2^52; the result must stay below 2^53.
 */
export function mulDivCeil(a: number, numerator: number, denominator: number): number {
  const product = a * numerator;
  // An exact product divided once is never rounded onto or across a whole number.
  if (product <= 9_007_199_254_740_991) return Math.ceil(product / denominator);
  let whole = Math.floor(a / denominator);
  let rest = a - whole * denominator;
  // The quotient of large numbers may have been rounded up to a whole one.
  if (rest < 0) {
    whole -= 1;
    rest += denominator;
  }
  return whole * numerator + Math.ceil((rest * numerator) / denominator);
}

/** floor(a * numerator / denominator) with the bounds of mulDivCeil. */
export function mulDivFloor(a: number, numerator: number, denominator: number): number {
  const product = a * numerator;
  if (product <= 9_007_199_254_740_991) return Math.floor(product / denominator);
  let whole = Math.floor(a / denominator);
  let rest = a - whole * denominator;
  if (rest < 0) {
    whole -= 1;
    rest += denominator;
  }
  return whole * numerator + Math.floor((rest * numerator) / denominator);
}

/**
 * The part of `amount` (signed) that belongs to `part` of `whole` lots, rounded up: what a closing
 * trade takes out of the cost of a position, so that the profit is never rounded up.
 * Exact for |amount| up to moneyLimit and 0 < part < whole < 2^26.
 */
export function shareCeil(amount: number, part: number, whole: number): number {
  let each = Math.floor(amount / whole);
  let rest = amount - each * whole;
  if (rest < 0) {
    each -= 1;
    rest += whole;
  }
  return each * part + Math.ceil((rest * part) / whole);
}

/**
 * A charge of `ppm` millionths of `value`, rounded against the account: a fee up, a rebate
 * (negative ppm) down in size. Positive is to be paid.
 */
export function chargePpm(value: number, ppm: number): number {
  return ppm >= 0 ? mulDivCeil(value, ppm, 1_000_000) : -mulDivFloor(value, -ppm, 1_000_000);
}

/** ceil(a * b / divisor) of any sign, for rare work: no bound but that of the result. */
export function bigMulDivCeil(a: number, b: number, divisor: number): number {
  const product = BigInt(a) * BigInt(b);
  const by = BigInt(divisor);
  const quotient = product / by;
  // BigInt division cuts towards zero, which is up for a negative quotient already.
  const up = product % by > 0n ? quotient + 1n : quotient;
  const result = Number(up);
  if (!Number.isSafeInteger(result)) throw new Defect(`product out of range: ${product}`);
  return result + 0;
}

/** An amount below 2^53 in size, or a Defect: the bounds at the door did not hold. */
export function checkMoney(units: number): number {
  if (!(units <= 9_007_199_254_740_991 && units >= -9_007_199_254_740_991)) {
    throw new Defect(`money out of range: ${units}`);
  }
  return units;
}
