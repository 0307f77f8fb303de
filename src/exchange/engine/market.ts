import type { InstrumentSpec } from "../api/instrument-spec.ts";
import { Book } from "../book/book.ts";

/** One instrument as the engine sees it: its numbers, its book, and who holds what in it. */
export class Market {
  readonly index: number;
  readonly spec: InstrumentSpec;
  readonly isSpot: boolean;
  readonly base: number;
  readonly quote: number;
  readonly valueNumerator: number;
  readonly valueDenominator: number;
  readonly baseUnitsPerLot: number;
  readonly minLots: number;
  readonly maxLimitLots: number;
  readonly maxMarketLots: number;
  readonly maxPriceTicks: number;
  readonly takerFeePpm: number;
  readonly makerFeePpm: number;
  readonly tierMaxLots: Float64Array;
  /** Maintenance margin and liquidation fee together. */
  readonly tierRequiredPpm: Float64Array;
  readonly tierMaxLeverage: Float64Array;
  /** Most positions stay in the first tier. */
  readonly firstTierLots: number;
  readonly firstTierLeverage: number;
  readonly book: Book = new Book();
  isLive: boolean;
  /** 0: unknown. */
  markTicks = 0;
  lastTicks = 0;
  /** Highest price of a buy and lowest of a sell; 0: no bound. */
  bandHigh = 0;
  bandLow = 0;
  /** Rows of positions with lots or open orders, in no order that matters. */
  activeRows: Int32Array = new Int32Array(16);
  activeCount = 0;
  /** Signed lots of the outside market and of the insurance fund. */
  outsideLots = 0;
  insuranceLots = 0;
  /** What those lots cost, as high * 2^52 + low. */
  readonly venueCost: Float64Array = new Float64Array(2);

  constructor(
    index: number,
    spec: InstrumentSpec,
    currencies: Readonly<{ base: number; quote: number }>,
  ) {
    this.index = index;
    this.spec = spec;
    this.isSpot = spec.kind === "spot";
    this.isLive = spec.state === "live";
    this.base = currencies.base;
    this.quote = currencies.quote;
    this.valueNumerator = spec.valueNumerator;
    this.valueDenominator = spec.valueDenominator;
    this.baseUnitsPerLot = spec.baseUnitsPerLot;
    this.minLots = spec.minLots;
    this.maxLimitLots = spec.maxLimitLots;
    this.maxMarketLots = spec.maxMarketLots;
    this.maxPriceTicks = spec.maxPriceTicks;
    this.takerFeePpm = spec.takerFeePpm;
    this.makerFeePpm = spec.makerFeePpm;
    this.tierMaxLots = Float64Array.from(spec.tiers, (tier) => tier.maxLots);
    this.tierRequiredPpm = Float64Array.from(
      spec.tiers,
      (tier) => tier.mmrPpm + spec.liquidationFeePpm,
    );
    this.tierMaxLeverage = Float64Array.from(spec.tiers, (tier) => tier.maxLeverageCenti);
    this.firstTierLots = spec.tiers[0]?.maxLots ?? 0;
    this.firstTierLeverage = spec.tiers[0]?.maxLeverageCenti ?? 0;
  }

  /** What prices are judged by: the mark, else the last trade, else 0. */
  get referenceTicks(): number {
    return this.markTicks !== 0 ? this.markTicks : this.lastTicks;
  }

  /** Adds to what the lots of outside market and insurance fund cost. */
  addVenueCost(units: number): void {
    const low = this.venueCost[0] + units;
    if (low < carry && low > -carry) this.venueCost[0] = low;
    else {
      const step = low > 0 ? 1 : -1;
      this.venueCost[0] = low - step * carry;
      this.venueCost[1] += step;
    }
  }

  venueCostExact(): bigint {
    return BigInt(this.venueCost[1]) * BigInt(carry) + BigInt(this.venueCost[0]);
  }

  /** Puts a row on the list of active ones; returns its place, from 1. */
  listRow(row: number): number {
    if (this.activeCount === this.activeRows.length) {
      const grown = new Int32Array(this.activeCount * 2);
      grown.set(this.activeRows);
      this.activeRows = grown;
    }
    this.activeRows[this.activeCount] = row;
    this.activeCount += 1;
    return this.activeCount;
  }
}

const carry = 4_503_599_627_370_496;
