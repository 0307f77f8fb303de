import { balanceFields } from "../accounts/balance-fields.ts";
import { isIsolatedRow } from "../accounts/position-store.ts";
import { rowFields } from "../accounts/row-fields.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes } from "../engine/codes.ts";
import type { Engine } from "../engine/engine.ts";
import type { Market } from "../engine/market.ts";
import { billFields } from "../ledger/history-fields.ts";
import { moneyPurposes } from "../ledger/money-purposes.ts";
import { recordFill } from "../ledger/record-fill.ts";
import { coverLoss } from "../margin/cover-loss.ts";
import { refreshRow } from "../margin/exposure.ts";
import { lookAt } from "../margin/shortfall.ts";
import { chargePpm, checkMoney, mulDivCeil, shareCeil } from "../money/arithmetic.ts";
import { cancelReducing } from "./cancel.ts";

const { balanceCash, balanceIsolated, balanceUpdatedMs } = balanceFields;
const {
  rowCost,
  rowCreatedMs,
  rowFee,
  rowFunding,
  rowId,
  rowLeverage,
  rowLots,
  rowMargin,
  rowNumbers,
  rowPenalty,
  rowRealized,
  rowReducingCount,
  rowUpdatedMs,
} = rowFields;
const { orderAccount, orderInts, orderOrigin, orderPositionSide, orderRow, orderSide } =
  orderFields;
const {
  billTypeLiquidation,
  billTypeTrade,
  buy,
  liquidityMaker,
  originLiquidation,
  sideNet,
  subtypeBuy,
  subtypeFullLong,
  subtypeOpenLong,
  subtypePartialLong,
} = codes;
const { billBalance, billChange, billFee, billPnl, billPositionBalance, billPositionChange } =
  billFields;
const { moneyClearing, moneyFees, moneyInsurance } = moneyPurposes;

/**
 * One account's half of a trade in a swap: its position, its cash (or the margin of its isolated
 * position), its bill and its fill.
 *
 * Profit of closed lots = what they were sold for - what they cost, where the cost of a part of a
 * position is rounded up. Cash changes by profit - fee; the clearing account pays the profit, so
 * that it always holds minus the cost of all that is open.
 */
export function settleSwap(
  engine: Engine,
  market: Market,
  slot: number,
  ticks: number,
  lots: number,
  liquidity: number,
): void {
  const { ints } = engine.orders;
  const whole = slot * orderInts;
  const row = ints[whole + orderRow];
  const account = ints[whole + orderAccount];
  const isBuy = ints[whole + orderSide] === buy;
  const liquidation = ints[whole + orderOrigin] === originLiquidation;
  const at = row * rowNumbers;
  const numbers = engine.rows.numbers;
  const held = numbers[at + rowLots];
  const closes = isBuy ? held < 0 : held > 0;

  const value = lots * ticks * market.valueNumerator;
  const fee = chargePpm(value, feeRate(market, liquidity, liquidation));
  const pnl = changePosition(engine, market, row, isBuy ? lots : -lots, ticks);
  const left = numbers[at + rowLots];
  numbers[at + (liquidation ? rowPenalty : rowFee)] -= fee;
  // A position that turned begins anew: the profit was the old one's.
  if (held > 0 === left > 0 || left === 0) numbers[at + rowRealized] += pnl;
  engine.money.add(moneyClearing, market.quote, -pnl);
  engine.money.add(liquidation ? moneyInsurance : moneyFees, market.quote, fee);

  const reason = liquidation
    ? billTypeLiquidation * 32 +
      (left === 0 ? subtypeFullLong : subtypePartialLong) +
      (held < 0 ? 1 : 0)
    : billTypeTrade * 32 + tradeSubtype(isBuy, ints[whole + orderPositionSide]);
  const bill = recordFill(engine, slot, market.quote, reason, ticks, lots, fee, pnl, liquidity);
  const balance = engine.balances.at(account, market.quote);
  if (isIsolatedRow(row)) {
    const price = ticks * market.valueNumerator;
    moveIsolated(engine, market, row, bill, held, lots, price, closes);
    if (closes && left === 0) coverLoss(engine, market, row);
  } else {
    const cash = checkMoney(engine.balances.numbers[balance + balanceCash] + pnl - fee);
    engine.balances.numbers[balance + balanceCash] = cash;
    engine.bills.numbers[bill + billChange] = pnl - fee;
    engine.bills.numbers[bill + billBalance] = cash;
  }
  numbers[at + rowUpdatedMs] = engine.nowMs;
  engine.balances.numbers[balance + balanceUpdatedMs] = engine.nowMs;
  refreshRow(engine, market, row, account);
  lookAt(engine, row, balance);
  if (closes && numbers[at + rowReducingCount] > 0 && (isBuy ? left >= 0 : left <= 0)) {
    cancelReducing(engine, row);
  }
}

function feeRate(market: Market, liquidity: number, liquidation: boolean): number {
  if (liquidation) return market.spec.liquidationFeePpm;
  return liquidity === liquidityMaker ? market.makerFeePpm : market.takerFeePpm;
}

function tradeSubtype(isBuy: boolean, positionSide: number): number {
  if (positionSide === sideNet) return isBuy ? subtypeBuy : subtypeBuy + 1;
  // open_long, open_short, close_long, close_short: long is side 1, short is side 2.
  const opens = isBuy === (positionSide === 1);
  return subtypeOpenLong + (opens ? 0 : 2) + (positionSide - 1);
}

/** Adds signed lots to a position and returns the realized profit. */
function changePosition(
  engine: Engine,
  market: Market,
  row: number,
  signedLots: number,
  ticks: number,
): number {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  const held = numbers[at + rowLots];
  const cost = numbers[at + rowCost];
  const price = ticks * market.valueNumerator;
  if (held === 0) {
    beginPosition(engine, row);
    numbers[at + rowLots] = signedLots;
    numbers[at + rowCost] = signedLots * price;
    return 0;
  }
  const left = held + signedLots;
  if (held > 0 === signedLots > 0) {
    numbers[at + rowLots] = left;
    numbers[at + rowCost] = cost + signedLots * price;
    return 0;
  }
  numbers[at + rowLots] = left;
  if (held > 0 ? left > 0 : left < 0) {
    const portion =
      held > 0 ? shareCeil(cost, -signedLots, held) : shareCeil(cost, signedLots, -held);
    numbers[at + rowCost] = cost - portion;
    return -signedLots * price - portion;
  }
  // Closed, and perhaps open again on the other side.
  if (left !== 0) beginPosition(engine, row);
  numbers[at + rowCost] = left * price;
  return held * price - cost;
}

function beginPosition(engine: Engine, row: number): void {
  const { numbers } = engine.rows;
  const at = row * rowNumbers;
  numbers[at + rowId] = engine.nextPositionId;
  engine.nextPositionId += 1;
  numbers[at + rowCreatedMs] = engine.nowMs;
  numbers[at + rowRealized] = 0;
  numbers[at + rowFee] = 0;
  numbers[at + rowFunding] = 0;
  numbers[at + rowPenalty] = 0;
}

/**
 * Money of an isolated trade. Closing: profit and fee go to the margin of the position, and what
 * it then has above its share for the lots that stay returns to cash. Opening: the initial margin
 * (value / leverage, rounded up, as far as cash goes) leaves cash, and so does the fee where
 * nothing was closed.
 */
function moveIsolated(
  engine: Engine,
  market: Market,
  row: number,
  bill: number,
  held: number,
  lots: number,
  price: number,
  closes: boolean,
): void {
  const { numbers } = engine.rows;
  const balances = engine.balances.numbers;
  const at = row * rowNumbers;
  const balance = engine.balances.at(engine.rows.accountOf(row), market.quote);
  const bills = engine.bills.numbers;
  const pnl = bills[bill + billPnl];
  const fee = bills[bill + billFee];
  const before = numbers[at + rowMargin];
  let margin = before;
  let cash = balances[balance + balanceCash];
  const size = held < 0 ? -held : held;
  const closed = closes ? Math.min(size, lots) : 0;
  if (closes) {
    margin += pnl - fee;
    const keep = closed === size ? 0 : mulDivCeil(before > 0 ? before : 0, size - closed, size);
    if (margin > keep) {
      cash += margin - keep;
      margin = keep;
    }
  } else cash -= fee;
  if (lots > closed) {
    const wanted = mulDivCeil((lots - closed) * price, 100, numbers[at + rowLeverage]);
    const given = Math.min(wanted, cash > 0 ? cash : 0);
    cash -= given;
    margin += given;
  }
  bills[bill + billPositionChange] = margin - before;
  bills[bill + billPositionBalance] = margin;
  bills[bill + billChange] = cash - balances[balance + balanceCash];
  bills[bill + billBalance] = cash;
  numbers[at + rowMargin] = margin;
  balances[balance + balanceCash] = checkMoney(cash);
  balances[balance + balanceIsolated] += margin - before;
}
