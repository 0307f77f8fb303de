import { rejectCodes } from "../api/reject.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { mulDivCeil } from "../money/arithmetic.ts";

const { buy } = codes;

/**
 * May a spot order be added, in place of a resting one of `insteadLots` and `insteadValue`? Values
 * are lots * ticks * numerator, not yet divided. 0 or a reject code.
 */
export function checkSpotEntry(
  engine: Engine,
  market: Market,
  order: Readonly<{
    account: number;
    side: number;
    lots: number;
    value: number;
    insteadLots: number;
    insteadValue: number;
  }>,
): number {
  const isBuy = order.side === buy;
  const at = engine.balances.at(order.account, isBuy ? market.quote : market.base);
  const over = market.valueDenominator;
  const need = isBuy
    ? mulDivCeil(order.value, 1, over) - mulDivCeil(order.insteadValue, 1, over)
    : (order.lots - order.insteadLots) * market.baseUnitsPerLot;
  return need <= engine.balances.availableCash(at) ? 0 : rejectCodes.insufficient_balance;
}
