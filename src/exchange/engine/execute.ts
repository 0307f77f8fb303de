import { openAccount, setPositionMode, setStpMode } from "../accounts/open-account.ts";
import { settleAttached } from "../algo/attached.ts";
import { fireAlgos } from "../algo/fire-algos.ts";
import { rejectCodes } from "../api/reject.ts";
import { transfer } from "../ledger/transfer.ts";
import { adjustMargin } from "../margin/adjust-margin.ts";
import { settleFunding } from "../margin/funding.ts";
import { setLeverage } from "../margin/leverage.ts";
import { setMark } from "../margin/mark.ts";
import { amendOrder } from "../matching/amend.ts";
import {
  cancelAllOrders,
  cancelOrder,
  fireTimers,
  setCancelAllAfter,
} from "../matching/cancel-orders.ts";
import { closePosition } from "../matching/close-position.ts";
import { outsidePrint, setOutsideLevel } from "../matching/outside-flow.ts";
import { placeOrder } from "../matching/place.ts";
import { codes } from "./codes.ts";
import { commandFields, commandKinds } from "./command-row.ts";
import type { Engine } from "./engine.ts";
import { finishCommand } from "./finish-command.ts";

const { originUser } = codes;
const { commandKind, commandMarket, commandTimeMs, commandType } = commandFields;
const {
  kindAdjustMargin,
  kindAmend,
  kindCancel,
  kindCancelAll,
  kindCancelAllAfter,
  kindClosePosition,
  kindOpenAccount,
  kindOutsideLevel,
  kindOutsidePrint,
  kindPlace,
  kindSetLeverage,
  kindSetMark,
  kindSetPositionMode,
  kindSetState,
  kindSetStpMode,
  kindSettleFunding,
  kindTick,
  kindTransfer,
} = commandKinds;

/**
 * The hot interface: applies the command whose row begins at `at`. Returns 0 or a reject code; what
 * happened is in `engine.events` until the next command, the order's id in `engine.resultOrderId`.
 * A refused command changes nothing but the time.
 */
export function execute(engine: Engine, c: Float64Array, at: number): number {
  const code = beginCommand(engine, c[at + commandTimeMs]);
  if (code !== 0) return code;
  const answer = dispatch(engine, c, at);
  endCommand(engine);
  return answer;
}

/** Time passes to this moment; timers that are due by then fire first. */
export function beginCommand(engine: Engine, timeMs: number): number {
  engine.events.count = 0;
  if (engine.algos.reports.length > 0) engine.algos.reports.length = 0;
  engine.orders.keepFrom = engine.orders.nextId;
  engine.fills.keepFrom = engine.fills.nextId;
  engine.bills.keepFrom = engine.bills.nextId;
  engine.trades.keepFrom = engine.trades.nextId;
  engine.resultOrderId = 0;
  engine.resultAlgoId = 0;
  if (!(timeMs >= engine.nowMs && timeMs <= 9_007_199_254_740_991))
    return rejectCodes.time_backwards;
  engine.nowMs = timeMs;
  if (timeMs >= engine.nextTimerMs) fireTimers(engine);
  return 0;
}

/** What follows from a command by itself: algo orders fire, accounts in need are liquidated. */
export function endCommand(engine: Engine): void {
  if (engine.attachments.openCount !== 0) settleAttached(engine);
  if (engine.algos.openCount !== 0) {
    // What an algo order sends may fill an order that brought legs of its own, which may be due.
    do fireAlgos(engine);
    while (engine.attachments.openCount !== 0 && settleAttached(engine));
  }
  if (engine.isLookDue) finishCommand(engine);
}

function dispatch(engine: Engine, c: Float64Array, at: number): number {
  switch (c[at + commandKind]) {
    case kindPlace:
      return placeOrder(engine, c, at, originUser);
    case kindCancel:
      return cancelOrder(engine, c, at);
    case kindAmend:
      return amendOrder(engine, c, at);
    case kindOutsideLevel:
      return setOutsideLevel(engine, c, at);
    case kindOutsidePrint:
      return outsidePrint(engine, c, at);
    case kindSetMark:
      return setMark(engine, c, at);
    default:
      return dispatchRare(engine, c, at);
  }
}

function dispatchRare(engine: Engine, c: Float64Array, at: number): number {
  switch (c[at + commandKind]) {
    case kindOpenAccount:
      return openAccount(engine, c, at);
    case kindTransfer:
      return transfer(engine, c, at);
    case kindCancelAll:
      return cancelAllOrders(engine, c, at);
    case kindCancelAllAfter:
      return setCancelAllAfter(engine, c, at);
    case kindClosePosition:
      return closePosition(engine, c, at);
    case kindSetLeverage:
      return setLeverage(engine, c, at);
    case kindSetPositionMode:
      return setPositionMode(engine, c, at);
    case kindSetStpMode:
      return setStpMode(engine, c, at);
    case kindAdjustMargin:
      return adjustMargin(engine, c, at);
    case kindSettleFunding:
      return settleFunding(engine, c, at);
    case kindTick:
      return 0;
    case kindSetState:
      return setState(engine, c, at);
    default:
      return rejectCodes.bad_field;
  }
}

/** A suspended instrument takes no order; what rests stays, and may be cancelled. */
function setState(engine: Engine, c: Float64Array, at: number): number {
  const index = c[at + commandMarket];
  if (!(index >= 0 && index < engine.markets.length)) return rejectCodes.unknown_instrument;
  engine.markets[index].isLive = c[at + commandType] !== 0;
  return 0;
}
