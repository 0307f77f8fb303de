import { err, isoFromMillis, ok } from "#base";
import { defaultWhaleConfig } from "#strategies";
import type { Gather } from "./gathered.ts";
import { readInput } from "./input-file.ts";
import { parseOptionTrades } from "./option-trades.ts";

export type WhaleInputs = Readonly<{ symbol: string; trades: string | null; replay: boolean }>;

/** Option trades of one file, which may grow or be replaced between two cycles. */
export function gatherWhale({ symbol, trades, replay }: WhaleInputs): Gather {
  return (nowMs) => {
    if (trades === null) {
      const message = "no option trades are configured: ASSAY_WHALE_TRADES";
      return err({ code: "input_missing", message });
    }
    const input = readInput(trades);
    if (!input.ok) return input;
    const parsed = parseOptionTrades(input.value.text);
    if (!parsed.ok) return err({ ...parsed.fault, at: `${trades}, ${parsed.fault.at ?? ""}` });
    const newestMs = parsed.value.reduce((most, { ts_ms }) => Math.max(most, ts_ms), 0);
    if (parsed.value.length === 0) {
      return err({ code: "input_missing", message: "the file has no trade", at: trades });
    }
    const now_ms = replay ? newestMs : nowMs;
    const recent = parsed.value.filter(({ ts_ms }) => {
      return ts_ms >= now_ms - defaultWhaleConfig.lookback_ms;
    });
    const name = `${replay ? "replay:" : ""}option_trades:${symbol}`;
    const as_of_utc = isoFromMillis(newestMs);
    return ok({
      view: { now_ms, trades: recent },
      config: { ...defaultWhaleConfig, symbol },
      inputs: [{ name, sha256: input.value.sha256, as_of_utc }],
      symbol,
      genome: null,
    });
  };
}
