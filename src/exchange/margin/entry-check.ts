import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { rejectCodes } from "../api/reject.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { chargePpm, moneyLimit } from "../money/arithmetic.ts";
import { initialMargin } from "./exposure.ts";
import { tierAllows } from "./tiers.ts";

const {
  rowBuyLots,
  rowBuyValue,
  rowInitial,
  rowLeverage,
  rowLots,
  rowNumbers,
  rowSellLots,
  rowSellValue,
  rowValue,
} = rowFields;

/**
 * May an order of so many lots and such a value be added to a position, in place of a resting
 * order of `insteadLots` and `insteadValue`? 0 or a reject code.
 *
 * Everything in flight counts: initial margin is that of the worse of all buys and all sells being
 * filled. Where it grows, its growth, the fee of a taker and what the order would lose at once
 * (being priced worse than the reference) must be available.
 */
export function checkEntry(
  engine: Engine,
  market: Market,
  row: number,
  account: number,
  isBuy: boolean,
  lots: number,
  value: number,
  insteadLots: number,
  insteadValue: number,
): number {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const held = numbers[at + rowLots];
  const addLots = lots - insteadLots;
  const addValue = value - insteadValue;
  const reach = isBuy
    ? held + numbers[at + rowBuyLots] + addLots
    : numbers[at + rowSellLots] + addLots - held;
  const leverage = numbers[at + rowLeverage];
  const isSmall = reach <= market.firstTierLots && leverage <= market.firstTierLeverage;
  if (reach > 0 && !isSmall && !tierAllows(market, reach, leverage)) {
    return rejectCodes.tier_exceeded;
  }

  const isolated = isIsolatedRow(row);
  const worth = numbers[at + rowValue];
  const buyValue = numbers[at + rowBuyValue] + (isBuy ? addValue : 0);
  const sellValue = numbers[at + rowSellValue] + (isBuy ? 0 : addValue);
  if (worth + buyValue > moneyLimit || sellValue - worth > moneyLimit) {
    return rejectCodes.money_out_of_range;
  }
  const initial = initialMargin(isolated, worth, buyValue, sellValue, leverage);
  const growth = initial - numbers[at + rowInitial];
  if (growth <= 0) return 0;

  const reference = market.markTicks !== 0 ? market.markTicks : market.lastTicks;
  const fair = reference === 0 ? value : lots * reference * market.valueNumerator;
  const loss = isBuy ? value - fair : fair - value;
  const need = growth + chargePpm(value, market.takerFeePpm) + (loss > 0 ? loss : 0);
  const balance = engine.balances.at(account, market.quote);
  const available = isolated
    ? engine.balances.availableCash(balance)
    : engine.balances.available(balance);
  return need <= available ? 0 : rejectCodes.insufficient_margin;
}
