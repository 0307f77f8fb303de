import { rejectCodes } from "../api/reject.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { rowFields } from "./row-fields.ts";

const { commandAccount, commandStp, commandType } = commandFields;
const { rowLeverage, rowLots, rowNumbers, rowsPerMarket } = rowFields;

/** In hundredths: what a position is opened with until the account says otherwise. */
const defaultLeverageCenti = 300;

/** A new account, numbered in order, with no money. */
export function openAccount(engine: Engine, c: Float64Array, at: number): number {
  const account = engine.accounts.open(c[at + commandType], c[at + commandStp]);
  c[at + commandAccount] = account;
  engine.rows.reserve(account + 1);
  engine.balances.reserve(account + 1);
  for (const market of engine.markets) {
    const most = market.tierMaxLeverage.length > 0 ? market.tierMaxLeverage[0] : 100;
    for (let k = 0; k < rowsPerMarket; k += 1) {
      const row = engine.rows.rowOf(account, market.index, k);
      engine.rows.numbers[row * rowNumbers + rowLeverage] = Math.min(most, defaultLeverageCenti);
    }
  }
  return 0;
}

/** Net or long/short: only while nothing is open, since it decides what every order means. */
export function setPositionMode(engine: Engine, c: Float64Array, at: number): number {
  const account = c[at + commandAccount];
  if (!(account >= 0 && account < engine.accounts.count)) return rejectCodes.unknown_account;
  if (engine.accounts.positionMode[account] === c[at + commandType]) return 0;
  if (engine.accounts.openOrders[account] > 0 || engine.algos.hasOpen(account)) {
    return rejectCodes.mode_change_blocked;
  }
  const perAccount = engine.markets.length * rowsPerMarket;
  for (let row = account * perAccount; row < (account + 1) * perAccount; row += 1) {
    if (engine.rows.numbers[row * rowNumbers + rowLots] !== 0) {
      return rejectCodes.mode_change_blocked;
    }
  }
  engine.accounts.positionMode[account] = c[at + commandType];
  return 0;
}

export function setStpMode(engine: Engine, c: Float64Array, at: number): number {
  const account = c[at + commandAccount];
  if (!(account >= 0 && account < engine.accounts.count)) return rejectCodes.unknown_account;
  engine.accounts.stpMode[account] = c[at + commandStp];
  return 0;
}
