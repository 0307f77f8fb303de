import { rejectCodes } from "../api/reject.ts";
import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";

const { modeCash, modeIsolated, positionsNet, sideNet } = codes;
const { commandAccount, commandMarket, commandMode, commandPositionSide } = commandFields;

/** Whether a command names a position of a swap that its account can have: 0 or a reject code. */
export function checkPosition(engine: Engine, c: Float64Array, at: number): number {
  const account = c[at + commandAccount];
  const index = c[at + commandMarket];
  if (!(account >= 0 && account < engine.accounts.count)) return rejectCodes.unknown_account;
  if (!(index >= 0 && index < engine.markets.length)) return rejectCodes.unknown_instrument;
  const market = engine.markets[index];
  if (market.isSpot || c[at + commandMode] === modeCash) return rejectCodes.margin_mode_mismatch;
  // Cross leverage in long/short mode may be set without naming a side.
  const isNet = c[at + commandPositionSide] === sideNet;
  if (engine.accounts.positionMode[account] === positionsNet) {
    return isNet ? 0 : rejectCodes.position_side_mismatch;
  }
  const isolated = c[at + commandMode] === modeIsolated;
  return isolated && isNet ? rejectCodes.position_side_mismatch : 0;
}
