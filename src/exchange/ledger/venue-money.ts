import { moneyPurposes } from "./money-purposes.ts";

const purposes = Object.keys(moneyPurposes).length;
const carry = 4_503_599_627_370_496;

/** Sums that may pass 2^53: each is high * 2^52 + low, both exact. */
export class VenueMoney {
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(currencies: number) {
    this.#low = new Float64Array(currencies * purposes);
    this.#high = new Float64Array(currencies * purposes);
  }

  add(purpose: number, currency: number, units: number): void {
    const at = currency * purposes + purpose;
    const low = this.#low[at] + units;
    if (low < carry && low > -carry) this.#low[at] = low;
    else {
      const step = low > 0 ? 1 : -1;
      this.#low[at] = low - step * carry;
      this.#high[at] += step;
    }
  }

  exact(purpose: number, currency: number): bigint {
    const at = currency * purposes + purpose;
    return BigInt(this.#high[at]) * BigInt(carry) + BigInt(this.#low[at]);
  }
}
