import type { Side } from "../api/command.ts";
import type { SpecTier } from "../api/instrument-spec.ts";
import {
  absolute,
  ceilDiv,
  feeOf,
  largest,
  type NaiveAccount,
  type NaiveMarket,
  type NaiveOrder,
  type NaivePosition,
} from "./naive-model.ts";

/** What margin is computed from: everything, every time. */
export type Books = Readonly<{
  markets: readonly NaiveMarket[];
  accounts: readonly NaiveAccount[];
  positions: readonly NaivePosition[];
}>;

export function valueOf(market: NaiveMarket, lots: number, ticks: number): bigint {
  return BigInt(lots) * BigInt(ticks) * BigInt(market.spec.valueNumerator);
}

export function worth(market: NaiveMarket, position: NaivePosition): bigint {
  return market.mark === 0 ? position.cost : valueOf(market, position.lots, market.mark);
}

export function tierOf(market: NaiveMarket, lots: number): SpecTier {
  const { tiers } = market.spec;
  const tier = tiers.find(({ maxLots }) => lots <= maxLots) ?? tiers.at(-1);
  if (tier === undefined) throw new Error("a swap has tiers");
  return tier;
}

export function required(market: NaiveMarket, position: NaivePosition): bigint {
  if (position.lots === 0) return 0n;
  const { mmrPpm } = tierOf(market, Math.abs(position.lots));
  return feeOf(absolute(worth(market, position)), mmrPpm + market.spec.liquidationFeePpm);
}

export function restingOn(
  account: NaiveAccount,
  position: NaivePosition,
  side: Side,
): readonly NaiveOrder[] {
  return account.open.filter(
    (order) =>
      order.instrument === position.instrument &&
      order.mode === position.mode &&
      order.positionSide === position.side &&
      order.side === side,
  );
}

/** Margin of a position and its opening orders: all buys or all sells filled, what is worse. */
export function initial(
  books: Books,
  position: NaivePosition,
  extra: Readonly<{ side: Side; value: bigint }> | null = null,
): bigint {
  const market = books.markets[position.instrument];
  const account = books.accounts[position.account];
  const ordered = (side: Side): bigint =>
    restingOn(account, position, side)
      .filter((order) => !order.closes)
      .reduce((sum, order) => sum + valueOf(market, order.lots - order.filled, order.price), 0n) +
    (extra?.side === side ? extra.value : 0n);
  const value = worth(market, position);
  const isolated = position.mode === "isolated";
  const long = ordered("buy") + (isolated && value > 0n ? 0n : value);
  const short = ordered("sell") - (isolated && value < 0n ? 0n : value);
  const exposure = largest(0n, largest(long, short));
  return ceilDiv(exposure * 100n, BigInt(position.leverage));
}

function positionsOf(books: Books, account: number, currency: string): NaivePosition[] {
  return books.positions.filter(
    (position) =>
      position.account === account && books.markets[position.instrument].spec.quote === currency,
  );
}

export function crossEquity(books: Books, account: number, currency: string): bigint {
  const cash = books.accounts[account].cash.get(currency) ?? 0n;
  return positionsOf(books, account, currency)
    .filter((position) => position.mode === "cross")
    .reduce((sum, p) => sum + worth(books.markets[p.instrument], p) - p.cost, cash);
}

export function crossRequired(books: Books, account: number, currency: string): bigint {
  return positionsOf(books, account, currency)
    .filter((position) => position.mode === "cross")
    .reduce((sum, position) => sum + required(books.markets[position.instrument], position), 0n);
}

/** Held by resting spot orders. */
function frozen(books: Books, account: number, currency: string): bigint {
  return books.accounts[account].open.reduce((sum, order) => {
    const market = books.markets[order.instrument];
    if (market.spec.kind !== "spot") return sum;
    const lots = order.lots - order.filled;
    if (order.side === "sell") {
      return market.spec.base === currency ? sum + BigInt(lots * market.spec.baseUnitsPerLot) : sum;
    }
    if (market.spec.quote !== currency) return sum;
    return sum + ceilDiv(valueOf(market, lots, order.price), BigInt(market.spec.valueDenominator));
  }, 0n);
}

export function available(books: Books, account: number, currency: string): bigint {
  const inUse = positionsOf(books, account, currency).reduce(
    (sum, position) => sum + initial(books, position),
    0n,
  );
  return crossEquity(books, account, currency) - inUse - frozen(books, account, currency);
}

/** Unrealized profit is not money yet. */
export function availableCash(books: Books, account: number, currency: string): bigint {
  const cash = books.accounts[account].cash.get(currency) ?? 0n;
  const profit = crossEquity(books, account, currency) - cash;
  return available(books, account, currency) - largest(0n, profit);
}
