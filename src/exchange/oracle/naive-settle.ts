import { valueOf } from "./naive-margin.ts";
import {
  absolute,
  ceilDiv,
  feeOf,
  floorDiv,
  type Happening,
  largest,
  type NaiveAccount,
  type NaiveMarket,
  type NaiveOrder,
  type NaivePosition,
} from "./naive-model.ts";

/** One order's half of a trade: money, position, and what is reported. */
export function settle(
  market: NaiveMarket,
  account: NaiveAccount,
  position: NaivePosition | null,
  fill: Readonly<{ order: NaiveOrder; price: number; lots: number; feePpm: number }>,
): Happening {
  return position === null
    ? settleSpot(market, account, fill)
    : settleSwap(market, account, position, fill);
}

function settleSpot(
  market: NaiveMarket,
  account: NaiveAccount,
  { order, price, lots, feePpm }: Parameters<typeof settle>[3],
): Happening {
  const by = BigInt(market.spec.valueNumerator);
  const over = BigInt(market.spec.valueDenominator);
  const before = order.lotTicks * by;
  order.lotTicks += BigInt(lots) * BigInt(price);
  const after = order.lotTicks * by;
  const base = BigInt(lots * market.spec.baseUnitsPerLot);
  const add = (currency: string, units: bigint): void => {
    account.cash.set(currency, (account.cash.get(currency) ?? 0n) + units);
  };
  let fee: bigint;
  if (order.side === "buy") {
    fee = feeOf(base, feePpm);
    add(market.spec.quote, ceilDiv(before, over) - ceilDiv(after, over));
    add(market.spec.base, base - fee);
  } else {
    const received = floorDiv(after, over) - floorDiv(before, over);
    fee = feeOf(received, feePpm);
    add(market.spec.base, -base);
    add(market.spec.quote, received - fee);
  }
  order.filled += lots;
  return { type: "fill", order: order.id, price, lots, fee, pnl: 0n };
}

function settleSwap(
  market: NaiveMarket,
  account: NaiveAccount,
  position: NaivePosition,
  { order, price, lots, feePpm }: Parameters<typeof settle>[3],
): Happening {
  const sign = order.side === "buy" ? 1 : -1;
  const held = position.lots;
  const closed = held * sign < 0 ? Math.min(Math.abs(held), lots) : 0;
  const fee = feeOf(valueOf(market, lots, price), feePpm);
  let pnl = 0n;
  if (closed > 0) {
    const portion =
      closed === Math.abs(held)
        ? position.cost
        : ceilDiv(position.cost * BigInt(closed), BigInt(Math.abs(held)));
    pnl = -valueOf(market, sign * closed, price) - portion;
    position.cost -= portion;
  }
  position.lots += sign * lots;
  position.cost += valueOf(market, sign * (lots - closed), price);
  order.filled += lots;
  order.lotTicks += BigInt(lots) * BigInt(price);

  const { quote } = market.spec;
  let cash = account.cash.get(quote) ?? 0n;
  if (position.mode === "cross") cash += pnl - fee;
  else {
    if (closed > 0) {
      const whole = closed === Math.abs(held);
      const keep = whole
        ? 0n
        : ceilDiv(
            largest(0n, position.margin) * BigInt(Math.abs(held) - closed),
            BigInt(Math.abs(held)),
          );
      position.margin += pnl - fee;
      const spare = largest(0n, position.margin - keep);
      position.margin -= spare;
      cash += spare;
    } else cash -= fee;
    if (lots > closed) {
      const opened = absolute(valueOf(market, lots - closed, price));
      const wanted = ceilDiv(opened * 100n, BigInt(position.leverage));
      const given = wanted < largest(0n, cash) ? wanted : largest(0n, cash);
      cash -= given;
      position.margin += given;
    }
    // The insurance fund pays what the margin of a closed position cannot.
    if (closed > 0 && position.lots === 0 && position.margin < 0n) position.margin = 0n;
  }
  account.cash.set(quote, cash);
  return { type: "fill", order: order.id, price, lots, fee, pnl };
}
