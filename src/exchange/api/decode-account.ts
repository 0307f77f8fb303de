import { balanceFields } from "../accounts/balance-fields.ts";
import { isIsolatedRow, isShortRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { initialMargin } from "../margin/exposure.ts";
import { liquidationTicks } from "../margin/liquidation-price.ts";
import { tierIndex } from "../margin/tiers.ts";
import { chargePpm } from "../money/arithmetic.ts";
import type { BalanceView, PositionView } from "./view.ts";

const f = rowFields;
const b = balanceFields;

/** One position as it is now; its row may be empty. */
export function positionView(engine: Engine, row: number): PositionView {
  const { numbers } = engine.rows;
  const at = row * f.rowNumbers;
  const account = engine.rows.accountOf(row);
  const market = engine.markets[engine.rows.marketOf(row)];
  const lots = numbers[at + f.rowLots];
  const net = engine.accounts.positionMode[account] === codes.positionsNet;
  const ticks = market.referenceTicks;
  const isolated = isIsolatedRow(row);
  return {
    id: numbers[at + f.rowId],
    account,
    instrument: market.index,
    marginMode: isolated ? "isolated" : "cross",
    positionSide: net ? "net" : isShortRow(row) ? "short" : "long",
    lots,
    availableLots: Math.max(0, Math.abs(lots) - numbers[at + f.rowReducingLots]),
    costUnits: numbers[at + f.rowCost],
    marginUnits: numbers[at + f.rowMargin],
    leverageCenti: numbers[at + f.rowLeverage],
    markTicks: ticks === 0 ? null : ticks,
    unrealizedUnits: numbers[at + f.rowUnrealized],
    initialMarginUnits: positionInitial(engine, row),
    maintenanceMarginUnits: maintenance(engine, market, row),
    marginRatioPpm: isolated
      ? ratio(
          numbers[at + f.rowMargin] + numbers[at + f.rowUnrealized],
          numbers[at + f.rowRequired],
        )
      : crossRatio(engine, account, market.quote),
    liquidationTicks: liquidationTicks(engine, market, row),
    realizedUnits: numbers[at + f.rowRealized],
    feeUnits: numbers[at + f.rowFee] + 0,
    fundingUnits: numbers[at + f.rowFunding] + 0,
    liquidationPenaltyUnits: numbers[at + f.rowPenalty] + 0,
    tier: lots === 0 ? 0 : tierIndex(market, Math.abs(lots)) + 1,
    createdMs: numbers[at + f.rowCreatedMs],
    updatedMs: numbers[at + f.rowUpdatedMs],
  };
}

/** One currency of one account as it is now. */
export function balanceView(engine: Engine, account: number, currency: number): BalanceView {
  const { numbers } = engine.balances;
  const at = engine.balances.at(account, currency);
  let isolatedUnrealized = 0;
  let positions = 0;
  let maintenanceUnits = 0;
  for (const market of engine.markets) {
    if (market.isSpot || market.quote !== currency) continue;
    for (let k = 0; k < f.rowsPerMarket; k += 1) {
      const row = engine.rows.rowOf(account, market.index, k);
      if (isIsolatedRow(row)) {
        isolatedUnrealized += engine.rows.numbers[row * f.rowNumbers + f.rowUnrealized];
        continue;
      }
      positions += positionInitial(engine, row);
      maintenanceUnits += maintenance(engine, market, row);
    }
  }
  const isolated = numbers[at + b.balanceIsolated] + isolatedUnrealized;
  const unrealized = numbers[at + b.balanceUnrealized];
  const held =
    numbers[at + b.balanceFrozen] +
    numbers[at + b.balanceInitial] +
    numbers[at + b.balanceIsolatedOrders];
  return {
    account,
    currency: engine.currencies[currency],
    cashUnits: numbers[at + b.balanceCash],
    equityUnits: numbers[at + b.balanceCash] + unrealized + isolated,
    availableEquityUnits: engine.balances.available(at),
    availableCashUnits: engine.balances.availableCash(at),
    frozenUnits: held,
    orderFrozenUnits: Math.max(0, held - positions),
    initialMarginUnits: numbers[at + b.balanceInitial],
    maintenanceMarginUnits: maintenanceUnits,
    unrealizedUnits: unrealized,
    isolatedEquityUnits: isolated,
    isolatedUnrealizedUnits: isolatedUnrealized,
    marginRatioPpm: crossRatio(engine, account, currency),
    updatedMs: numbers[at + b.balanceUpdatedMs],
  };
}

function positionInitial(engine: Engine, row: number): number {
  const { numbers } = engine.rows;
  const at = row * f.rowNumbers;
  return initialMargin(
    false,
    Math.abs(numbers[at + f.rowValue]),
    0,
    0,
    numbers[at + f.rowLeverage],
  );
}

function maintenance(engine: Engine, market: Market, row: number): number {
  const { numbers } = engine.rows;
  const at = row * f.rowNumbers;
  const lots = Math.abs(numbers[at + f.rowLots]);
  if (lots === 0) return 0;
  return chargePpm(
    Math.abs(numbers[at + f.rowValue]),
    market.spec.tiers[tierIndex(market, lots)].mmrPpm,
  );
}

function crossRatio(engine: Engine, account: number, currency: number): number | null {
  const { numbers } = engine.balances;
  const at = engine.balances.at(account, currency);
  return ratio(
    numbers[at + b.balanceCash] + numbers[at + b.balanceUnrealized],
    numbers[at + b.balanceRequired],
  );
}

function ratio(equity: number, required: number): number | null {
  return required === 0 ? null : Math.floor((equity / required) * 1_000_000);
}
