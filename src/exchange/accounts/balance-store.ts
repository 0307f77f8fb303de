import { balanceFields } from "./balance-fields.ts";

const {
  balanceCash,
  balanceFrozen,
  balanceInitial,
  balanceIsolatedOrders,
  balanceUnrealized,
  balanceNumbers,
} = balanceFields;

export class BalanceStore {
  numbers: Float64Array = new Float64Array(0);
  readonly currencies: number;

  constructor(currencies: number) {
    this.currencies = currencies;
  }

  reserve(accounts: number): void {
    const length = accounts * this.currencies * balanceNumbers;
    if (length <= this.numbers.length) return;
    const grown = new Float64Array(length * 2);
    grown.set(this.numbers);
    this.numbers = grown;
  }

  /** Where the row of this account and currency begins. */
  at(account: number, currency: number): number {
    return (account * this.currencies + currency) * balanceNumbers;
  }

  accountAt(at: number): number {
    return Math.floor(at / balanceNumbers / this.currencies);
  }

  currencyAt(at: number): number {
    return (at / balanceNumbers) % this.currencies;
  }

  /** What cross margin may still be taken from: cash and profit less what is in use. */
  available(at: number): number {
    const { numbers } = this;
    return (
      numbers[at + balanceCash] +
      numbers[at + balanceUnrealized] -
      numbers[at + balanceInitial] -
      numbers[at + balanceIsolatedOrders] -
      numbers[at + balanceFrozen]
    );
  }

  /** What may leave the balance: as available, but unrealized profit is not money yet. */
  availableCash(at: number): number {
    const profit = this.numbers[at + balanceUnrealized];
    return this.available(at) - (profit > 0 ? profit : 0);
  }
}
