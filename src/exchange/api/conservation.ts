import { balanceFields } from "../accounts/balance-fields.ts";
import { rowFields } from "../accounts/row-fields.ts";
import type { Engine } from "../engine/engine.ts";
import { moneyPurposes } from "../ledger/money-purposes.ts";

/**
 * Two sums for each currency that are always zero: all money there is, and what the clearing
 * account holds plus what all open positions cost. Exact, whatever the size.
 */
export function conservation(
  engine: Engine,
): readonly Readonly<{ currency: string; units: bigint; clearingUnits: bigint }>[] {
  return engine.currencies.map((currency, index) => {
    let units = 0n;
    for (const purpose of Object.values(moneyPurposes)) units += engine.money.exact(purpose, index);
    const { numbers } = engine.balances;
    for (let account = 0; account < engine.accounts.count; account += 1) {
      const at = engine.balances.at(account, index);
      units += BigInt(numbers[at + balanceFields.balanceCash]);
      units += BigInt(numbers[at + balanceFields.balanceIsolated]);
    }
    const clearing = engine.money.exact(moneyPurposes.moneyClearing, index);
    return { currency, units, clearingUnits: clearing + openCost(engine, index) };
  });
}

function openCost(engine: Engine, currency: number): bigint {
  let cost = 0n;
  for (const market of engine.markets) {
    if (market.isSpot || market.quote !== currency) continue;
    cost += market.venueCostExact();
    for (let account = 0; account < engine.accounts.count; account += 1) {
      for (let k = 0; k < rowFields.rowsPerMarket; k += 1) {
        const row = engine.rows.rowOf(account, market.index, k);
        cost += BigInt(engine.rows.numbers[row * rowFields.rowNumbers + rowFields.rowCost]);
      }
    }
  }
  return cost;
}
