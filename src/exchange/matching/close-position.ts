import { rowFields } from "../accounts/row-fields.ts";
import { rejectCodes } from "../api/reject.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";
import { cancelReducing } from "./cancel.ts";
import { placeOrder } from "./place.ts";
import { rowFor } from "./position-row.ts";

const { rowLots, rowNumbers, rowReducingCount } = rowFields;
const { buy, modeCash, originClose, sell, typeMarket } = codes;
const {
  commandAccount,
  commandLots,
  commandMarket,
  commandMode,
  commandReduceOnly,
  commandSide,
  commandStp,
  commandTicks,
  commandType,
  commandUnits,
  commandWidth,
} = commandFields;

const scratch = new Float64Array(commandWidth);

/** A market order for the whole position. Orders that close it already must go first. */
export function closePosition(engine: Engine, c: Float64Array, at: number): number {
  const account = c[at + commandAccount];
  const index = c[at + commandMarket];
  if (!(account >= 0 && account < engine.accounts.count)) return rejectCodes.unknown_account;
  if (!(index >= 0 && index < engine.markets.length)) return rejectCodes.unknown_instrument;
  if (c[at + commandMode] === modeCash) return rejectCodes.margin_mode_mismatch;
  const row = rowFor(engine, c, at);
  const { numbers } = engine.rows;
  const held = numbers[row * rowNumbers + rowLots];
  if (held === 0) return rejectCodes.no_position;
  if (!engine.markets[index].isLive) return rejectCodes.instrument_suspended;
  if (numbers[row * rowNumbers + rowReducingCount] > 0) {
    if (c[at + commandReduceOnly] === 0) return rejectCodes.pending_close_orders;
    cancelReducing(engine, row);
  }
  scratch.set(c.subarray(at, at + commandWidth));
  scratch[commandSide] = held > 0 ? sell : buy;
  scratch[commandType] = typeMarket;
  scratch[commandTicks] = 0;
  scratch[commandLots] = Math.min(Math.abs(held), engine.markets[index].spec.maxMarketLots);
  scratch[commandReduceOnly] = 1;
  scratch[commandStp] = -1;
  scratch[commandUnits] = 0;
  return placeOrder(engine, scratch, 0, originClose);
}
