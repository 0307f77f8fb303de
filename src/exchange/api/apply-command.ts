import { checkAttached } from "../algo/attached.ts";
import { cancelAlgo } from "../algo/cancel-algo.ts";
import { amendAlgo, placeAlgo } from "../algo/place-algo.ts";
import { orderFields } from "../book/order-fields.ts";
import { codes, sideNames } from "../engine/codes.ts";
import { commandFields, commandKinds } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { eventFields } from "../engine/event-fields.ts";
import { beginCommand, endCommand, execute } from "../engine/execute.ts";
import { checkOutside, forgetOutside, setOutsideLevel } from "../matching/outside-flow.ts";
import { placeOrder } from "../matching/place.ts";
import type { ClientIds } from "./client-ids.ts";
import type { Command, PlaceOrder, SetOutside } from "./command.ts";
import { decodeEvents } from "./decode-events.ts";
import { encodeCommand } from "./encode.ts";
import type { Outcome } from "./exchange.ts";
import { rejectCodes } from "./reject.ts";
import { rejectReasonOf } from "./reject-reason.ts";

/** The engine, and the names that its numbers stand for. */
export type Shell = Readonly<{
  engine: Engine;
  orderIds: ClientIds;
  algoIds: ClientIds;
  reuse: "never" | "after_end";
}>;

/** Applies a command by name: encodes it, lets the hot interface do it, and tells what happened. */
export function applyCommand(shell: Shell, command: Command): Outcome {
  const { engine } = shell;
  const versions = engine.markets.map((market) => market.book.version);
  const row = new Float64Array(commandFields.commandWidth);
  const code = run(shell, command, row);
  noteNames(shell);
  for (const [index, { book }] of engine.markets.entries()) {
    if (book.version !== versions[index]) {
      engine.events.push(eventFields.eventBook, index, book.version, 0);
    }
  }
  const opened = command.type === "open_account" && code === 0;
  return {
    reject: rejectReasonOf(code),
    orderId: engine.resultOrderId === 0 ? null : engine.resultOrderId,
    algoId: engine.resultAlgoId === 0 ? null : engine.resultAlgoId,
    account: opened ? row[commandFields.commandAccount] : null,
    events: decodeEvents(engine, shell.orderIds, shell.algoIds),
  };
}

function run(shell: Shell, command: Command, row: Float64Array): number {
  const { engine } = shell;
  switch (command.type) {
    case "place":
    case "close_position":
      return withClientId(shell.orderIds, command, {
        isTaken: (id) => shell.reuse === "never" || isOpen(engine, id),
        act: (clientKey) => {
          encodeCommand(command, row, { currencies: engine.currencies, clientKey });
          return command.type === "place" && command.attached !== undefined
            ? placeWithLegs(shell, command, row)
            : execute(engine, row, 0);
        },
        refuse: () => timePasses(engine, command.timeMs, rejectCodes.duplicate_client_id),
        result: () => engine.resultOrderId,
      });
    case "place_algo":
      return withClientId(shell.algoIds, command, {
        isTaken: (id) => shell.reuse === "never" || engine.algos.find(id)?.state === "live",
        act: (key) => between(engine, command.timeMs, () => placeAlgo(engine, command, key)),
        refuse: () => timePasses(engine, command.timeMs, rejectCodes.duplicate_client_id),
        result: () => engine.resultAlgoId,
      });
    case "amend_algo":
      return between(engine, command.timeMs, () => amendAlgo(engine, command));
    case "cancel_algo":
      return between(engine, command.timeMs, () =>
        cancelAlgo(engine, command.account, command.algoId),
      );
    case "set_outside":
      return between(engine, command.timeMs, () => setOutside(engine, command, row));
    case "cancel":
    case "amend":
    case "transfer":
    case "outside_print":
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
      encodeCommand(command, row, { currencies: engine.currencies, clientKey: 0 });
      return execute(engine, row, 0);
  }
}

/** A name is kept only if what it was for was accepted. */
function withClientId(
  ids: ClientIds,
  { account, clientId }: Readonly<{ account: number; clientId?: string }>,
  {
    isTaken,
    act,
    refuse,
    result,
  }: Readonly<{
    isTaken: (id: number) => boolean;
    act: (key: number) => number;
    refuse: () => number;
    result: () => number;
  }>,
): number {
  if (clientId === undefined) return act(0);
  const known = ids.find(account, clientId);
  if (known !== 0 && isTaken(known)) return refuse();
  const key = ids.keyOf(clientId);
  const code = act(key);
  if (code === 0) ids.note(account, clientId, result());
  else ids.dropKey(key);
  return code;
}

/** The legs are there before the order may have ended, so that none is missed. */
function placeWithLegs(shell: Shell, command: PlaceOrder, row: Float64Array): number {
  const { engine, algoIds } = shell;
  const { account, attached: legs } = command;
  if (legs === undefined) return execute(engine, row, 0);
  const { clientId } = legs;
  if (clientId !== undefined && algoIds.find(account, clientId) !== 0) {
    return timePasses(engine, command.timeMs, rejectCodes.duplicate_client_id);
  }
  return between(engine, command.timeMs, () => {
    const refused = checkAttached(engine, command);
    if (refused !== 0) return refused;
    const code = placeOrder(engine, row, 0, codes.originUser);
    if (code !== 0) return code;
    const orderId = engine.resultOrderId;
    // The name is taken from now on, whatever becomes of the order.
    if (clientId !== undefined) algoIds.note(account, clientId, notYet);
    engine.attachments.add({ orderId, clientKey: algoIds.keyOf(clientId), legs });
    return 0;
  });
}

/** Of an algo order that may come: no algo order has this id. */
const notYet = -1;

/** Algo orders that came of other orders are found by the names that those gave them. */
function noteNames({ engine, algoIds }: Shell): void {
  for (const { account, clientKey, id } of engine.algos.reports) {
    const name = algoIds.nameOf(clientKey);
    if (name !== null) algoIds.note(account, name, id);
  }
}

function isOpen(engine: Engine, orderId: number): boolean {
  const slot = engine.orders.slotOf(orderId);
  const state = engine.orders.ints[slot * orderFields.orderInts + orderFields.orderState];
  return slot !== 0 && state === codes.stateOpen;
}

function between(engine: Engine, timeMs: number, act: () => number): number {
  const code = beginCommand(engine, timeMs);
  if (code !== 0) return code;
  const answer = act();
  endCommand(engine);
  return answer;
}

function timePasses(engine: Engine, timeMs: number, code: number): number {
  return between(engine, timeMs, () => code);
}

/** All levels are judged before the first is stated, so that a bad one changes nothing. */
function setOutside(engine: Engine, command: SetOutside, row: Float64Array): number {
  const f = commandFields;
  row[f.commandMarket] = command.instrument;
  const write = (level: SetOutside["levels"][number]): void => {
    row[f.commandKind] = commandKinds.kindOutsideLevel;
    row[f.commandSide] = sideNames.indexOf(level.side);
    row[f.commandTicks] = level.priceTicks;
    row[f.commandLots] = level.lots;
  };
  const market = engine.markets[command.instrument];
  if (market === undefined) return rejectCodes.unknown_instrument;
  for (const level of command.levels) {
    write(level);
    const code = checkOutside(engine, row, 0, 0);
    if (code !== 0) return code;
  }
  if (command.snapshot) {
    const named = new Set(command.levels.map((level) => `${level.side} ${level.priceTicks}`));
    forgetOutside(engine, market, (tick, isBid) => named.has(`${isBid ? "buy" : "sell"} ${tick}`));
  }
  for (const level of command.levels) {
    write(level);
    setOutsideLevel(engine, row, 0);
  }
  return 0;
}
