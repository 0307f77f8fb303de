import { Defect, type Fault, type Result } from "#base";
import { createGrid } from "#okx";
import { isRecord } from "./compare/read-path.ts";
import type { DirectClient } from "./direct-client.ts";
import { type SeatMarket, symbolOf } from "./seat.ts";

/** Reads the contract and its present price; rejects with DirectFailure where the venue says no. */
export async function readSeatMarket(desk: DirectClient, instId: string): Promise<SeatMarket> {
  const [row] = await desk.call("instruments", { instType: "SWAP", instId });
  const [ticker] = await desk.call("ticker", { instId });
  if (!isRecord(row) || !isRecord(ticker)) throw new Defect(`no instrument or ticker: ${instId}`);
  const text = (from: Readonly<Record<string, unknown>>, name: string): string => {
    const value = from[name];
    if (typeof value !== "string" || value === "") throw new Defect(`${instId} has no ${name}`);
    return value;
  };
  const grid = must(createGrid({ tickSz: text(row, "tickSz"), lotSz: text(row, "lotSz") }));
  const bid = must(grid.ticks(text(ticker, "bidPx")));
  const ask = must(grid.ticks(text(ticker, "askPx")));
  const least = must(grid.lots(text(row, "minSz")));
  const rest = Math.floor(bid / 2);
  return {
    instId,
    symbol: symbolOf(instId),
    instFamily: instId.replace(/-SWAP$/, ""),
    ctVal: text(row, "ctVal"),
    size: (times) => grid.sizeText(least * times),
    restPx: grid.priceText(rest),
    otherPxs: [grid.priceText(rest + 1), grid.priceText(rest + 2)],
    takePx: grid.priceText(Math.floor(ask * 1.005)),
    insidePx: grid.priceText(bid + 1),
  };
}

function must<T>(result: Result<T, Fault>): T {
  if (!result.ok) throw new Defect(`an answer of the venue does not fit: ${result.fault.message}`);
  return result.value;
}
