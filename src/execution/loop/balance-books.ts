import { type Amount, amountText, toAmount } from "../amounts/amount.ts";
import { signedContracts } from "../audit/positions.ts";
import { equityAt, totalCash, totalLots } from "../colony/reserve.ts";
import type { AccountSeen } from "./account-look.ts";
import type { RunState } from "./run-state.ts";

/** What the books say when they are held against the exchange's. */
export type Balanced = Readonly<{
  total: Amount;
  allocated: Amount;
  /** Null where the exchange did not say enough. */
  delta: Amount | null;
  reason: string | null;
}>;

/**
 * Positions are valued as the exchange values them, at their average price, so that a price that
 * moved between two questions is no difference: cash of everybody plus the value at entry is the
 * exchange's cash.
 */
export function balanceBooks(state: RunState, { balance: seen, positions }: AccountSeen): Balanced {
  const { colony, reserve, markPrice } = state;
  const { sizes } = colony;
  const cash = totalCash(colony, reserve);
  let allocated = 0n;
  if (markPrice !== null) {
    for (const slot of colony.members.keys()) allocated += equityAt(colony, slot, markPrice);
  }
  if (seen === null || positions === null) {
    return { total: cash, allocated, delta: null, reason: "account_not_seen" };
  }
  const atEntry = positions.reduce((sum, position) => {
    const lots = sizes.toLots(amountText(signedContracts(position)));
    return lots === null || position.avgPx === "" ? sum : sum + sizes.valueOf(lots, position.avgPx);
  }, 0n);
  const unrealised = toAmount(seen.eq) - toAmount(seen.cashBal);
  const total = cash + atEntry + unrealised;
  const ours = totalLots(colony, reserve);
  if (positions.length === 0 && ours !== 0) {
    return { total, allocated, delta: null, reason: "positions_not_reported" };
  }
  return { total, allocated, delta: toAmount(seen.eq) - total, reason: null };
}
