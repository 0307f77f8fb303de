import {
  marginModeNames,
  orderTypeNames,
  positionModeNames,
  positionSideNames,
  sideNames,
  stpModeNames,
} from "../engine/codes.ts";
import { commandFields, commandKinds } from "../engine/command-row.ts";
import type {
  ClosePosition,
  Command,
  MarginMode,
  PlaceOrder,
  PositionMode,
  PositionSide,
  StpMode,
} from "./command.ts";

const {
  commandAccount,
  commandClientKey,
  commandKind,
  commandLots,
  commandMarket,
  commandMode,
  commandPositionSide,
  commandReduceOnly,
  commandSide,
  commandStp,
  commandTag,
  commandTarget,
  commandTicks,
  commandTimeMs,
  commandType,
  commandUnits,
} = commandFields;
const kinds = commandKinds;

/** Commands that are one row; the others are handled by name. */
export type RowCommand = Exclude<
  Command,
  { type: "place_algo" | "amend_algo" | "cancel_algo" | "set_outside" }
>;

/** Writes a command as the row that the hot interface takes. */
export function encodeCommand(
  command: RowCommand,
  row: Float64Array,
  { currencies, clientKey }: Readonly<{ currencies: readonly string[]; clientKey: number }>,
): void {
  row.fill(0);
  row[commandTimeMs] = command.timeMs;
  row[commandStp] = -1;
  row[commandClientKey] = clientKey;
  if ("account" in command) row[commandAccount] = command.account;
  if ("instrument" in command) row[commandMarket] = command.instrument ?? -1;
  switch (command.type) {
    case "place":
      return encodePlace(command, row);
    case "close_position":
      return encodeClose(command, row);
    case "cancel":
      row[commandKind] = kinds.kindCancel;
      row[commandTarget] = command.orderId;
      return;
    case "amend":
      row[commandKind] = kinds.kindAmend;
      row[commandTarget] = command.orderId;
      row[commandTicks] = command.priceTicks ?? 0;
      row[commandLots] = command.lots ?? 0;
      row[commandReduceOnly] = command.cancelOnFail === true ? 1 : 0;
      return;
    case "transfer":
      row[commandKind] = kinds.kindTransfer;
      row[commandTarget] = currencies.indexOf(command.currency);
      row[commandUnits] = command.units;
      return;
    case "outside_print":
      row[commandKind] = kinds.kindOutsidePrint;
      row[commandSide] = sideNames.indexOf(command.side);
      row[commandTicks] = command.priceTicks;
      row[commandLots] = command.lots;
      return;
    case "open_account":
    case "cancel_all":
    case "cancel_all_after":
    case "set_leverage":
    case "set_position_mode":
    case "set_stp_mode":
    case "adjust_margin":
    case "set_mark":
    case "settle_funding":
    case "tick":
    case "set_instrument_state":
      return encodeSetting(command, row);
  }
}

type Setting = Exclude<
  RowCommand,
  { type: "place" | "close_position" | "cancel" | "amend" | "transfer" | "outside_print" }
>;

function encodeSetting(command: Setting, row: Float64Array): void {
  switch (command.type) {
    case "open_account":
      row[commandKind] = kinds.kindOpenAccount;
      row[commandType] = modeNumber(command.positionMode ?? "net");
      row[commandStp] = stpNumber(command.stpMode ?? "cancel_maker");
      return;
    case "cancel_all":
      row[commandKind] = kinds.kindCancelAll;
      row[commandMarket] = command.instrument ?? -1;
      return;
    case "cancel_all_after":
      row[commandKind] = kinds.kindCancelAllAfter;
      row[commandUnits] = command.timeoutMs;
      row[commandTag] = command.tag ?? 0;
      return;
    case "set_leverage":
      row[commandKind] = kinds.kindSetLeverage;
      encodeWhere(command, row);
      row[commandUnits] = command.leverageCenti;
      return;
    case "set_position_mode":
      row[commandKind] = kinds.kindSetPositionMode;
      row[commandType] = modeNumber(command.positionMode);
      return;
    case "set_stp_mode":
      row[commandKind] = kinds.kindSetStpMode;
      row[commandStp] = stpNumber(command.stpMode);
      return;
    case "adjust_margin":
      row[commandKind] = kinds.kindAdjustMargin;
      encodeWhere({ marginMode: "isolated", positionSide: command.positionSide }, row);
      row[commandUnits] = command.units;
      return;
    case "set_mark":
      row[commandKind] = kinds.kindSetMark;
      row[commandTicks] = command.priceTicks;
      return;
    case "settle_funding":
      row[commandKind] = kinds.kindSettleFunding;
      row[commandUnits] = command.rateE12;
      return;
    case "tick":
      row[commandKind] = kinds.kindTick;
      return;
    case "set_instrument_state":
      row[commandKind] = kinds.kindSetState;
      row[commandType] = command.state === "live" ? 1 : 0;
      return;
  }
}

function encodePlace(command: PlaceOrder, row: Float64Array): void {
  row[commandKind] = kinds.kindPlace;
  row[commandSide] = sideNames.indexOf(command.side);
  row[commandType] = orderTypeNames.indexOf(command.orderType);
  row[commandTicks] = command.priceTicks ?? 0;
  row[commandLots] = command.lots ?? 0;
  row[commandUnits] = command.quoteUnits ?? 0;
  encodeWhere(command, row);
  row[commandReduceOnly] = command.reduceOnly === true ? 1 : 0;
  row[commandStp] = command.stpMode === undefined ? -1 : stpNumber(command.stpMode);
  row[commandTag] = command.tag ?? 0;
}

function encodeClose(command: ClosePosition, row: Float64Array): void {
  row[commandKind] = kinds.kindClosePosition;
  encodeWhere(command, row);
  row[commandReduceOnly] = command.autoCancel === true ? 1 : 0;
  row[commandTag] = command.tag ?? 0;
}

function encodeWhere(
  where: Readonly<{ marginMode: MarginMode; positionSide: PositionSide }>,
  row: Float64Array,
): void {
  row[commandMode] = marginModeNames.indexOf(where.marginMode);
  row[commandPositionSide] = positionSideNames.indexOf(where.positionSide);
}

function modeNumber(mode: PositionMode): number {
  return positionModeNames.indexOf(mode);
}

function stpNumber(mode: StpMode): number {
  return stpModeNames.indexOf(mode);
}
