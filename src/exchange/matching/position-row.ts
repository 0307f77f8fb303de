import { codes } from "../engine/codes.ts";
import { commandFields } from "../engine/command-row.ts";
import type { Engine } from "../engine/engine.ts";

const { modeIsolated, sideShort } = codes;
const { commandAccount, commandMarket, commandMode, commandPositionSide } = commandFields;

/** The row of the position that a command with these words is about. */
export function rowFor(engine: Engine, c: Float64Array, at: number): number {
  const isolated = c[at + commandMode] === modeIsolated ? 2 : 0;
  const short = c[at + commandPositionSide] === sideShort ? 1 : 0;
  return engine.rows.rowOf(c[at + commandAccount], c[at + commandMarket], isolated + short);
}
