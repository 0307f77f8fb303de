import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { createBarColumns, createUnitReader, findInstrument } from "#market";
import { sharedPath } from "./shared.ts";
import { type SyntheticMarket, sourceOf } from "./synthetic-market.ts";

/** Where the recorded swap lies, below the shared folder. */
export const recordedSwap = [
  "data",
  "okx-swap-15m-2022-2025",
  "okx_BTC-USDT-SWAP_15m.dev-to-2024-12-31.csv.gz",
] as const;

/** Bars of BTC-USDT-SWAP at OKX from the recorded candles; funding as in synthetic markets. */
export function recordedMarket(from: number, bars: number): SyntheticMarket {
  const instrument = findInstrument("BTC-USDT-SWAP");
  if (instrument === null) throw new Error("the builtin instrument is gone");
  const text = gunzipSync(readFileSync(sharedPath(...recordedSwap))).toString("utf8");
  const rows = text
    .trim()
    .split("\n")
    .slice(1 + from, 1 + from + bars);
  const [ticks, lots] = [instrument.tick_size, instrument.lot_size].map(createUnitReader);
  const columns = createBarColumns(bars);
  for (const [index, row] of rows.entries()) {
    const [ts = "", open = "", high = "", low = "", close = "", volume = ""] = row.split(",");
    columns.ts_ms[index] = Number(ts);
    columns.open[index] = ticks?.read(open) ?? 0;
    columns.high[index] = ticks?.read(high) ?? 0;
    columns.low[index] = ticks?.read(low) ?? 0;
    columns.close[index] = ticks?.read(close) ?? 0;
    columns.volume[index] = lots?.read(volume) ?? 0;
  }
  return { bars: sourceOf(columns, bars, 32), instrument, highest: Math.max(...columns.high) };
}
