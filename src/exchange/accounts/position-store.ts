import { rowFields } from "./row-fields.ts";

const { rowNumbers, rowsPerMarket } = rowFields;

export class PositionStore {
  numbers: Float64Array = new Float64Array(0);
  /** Scratch of a walk through a book: lots of each row passed so far, and by which walk. */
  walkedLots: Float64Array = new Float64Array(0);
  walkedBy: Float64Array = new Float64Array(0);
  readonly markets: number;

  constructor(markets: number) {
    this.markets = markets;
  }

  reserve(accounts: number): void {
    const length = accounts * this.markets * rowsPerMarket * rowNumbers;
    if (length <= this.numbers.length) return;
    const grown = new Float64Array(length * 2);
    grown.set(this.numbers);
    this.numbers = grown;
    this.walkedLots = new Float64Array((length * 2) / rowNumbers);
    this.walkedBy = new Float64Array((length * 2) / rowNumbers);
  }

  /** In net mode the one position is kept in the row of the long side. */
  rowOf(account: number, market: number, isolatedShort: number): number {
    return (account * this.markets + market) * rowsPerMarket + isolatedShort;
  }

  accountOf(row: number): number {
    return Math.floor(row / (this.markets * rowsPerMarket));
  }

  marketOf(row: number): number {
    return Math.floor(row / rowsPerMarket) % this.markets;
  }
}

/** Second half of the four rows of a market: isolated. */
export function isIsolatedRow(row: number): boolean {
  return (row & 2) !== 0;
}

/** Odd rows: the short side of a long/short account. */
export function isShortRow(row: number): boolean {
  return (row & 1) !== 0;
}
