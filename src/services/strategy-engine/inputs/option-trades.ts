import * as z from "zod";
import { err, type Fault, ok, parseJson, type Result } from "#base";
import type { OptionTrade } from "#strategies";

const text = z.string().max(40);

/** Numbers stay text: the strategy itself lists those that are malformed. */
const trade: z.ZodType<OptionTrade> = z.strictObject({
  source: z.string().min(1).max(64),
  trade_id: z.string().max(128).nullable(),
  ts_ms: z.int().min(0),
  underlying: text,
  contract_symbol: text,
  right: z.enum(["CALL", "PUT"]),
  strike: text,
  expiration: z.iso.date(),
  price: text,
  size: text,
  bid: text.nullable(),
  ask: text.nullable(),
  spot: text.nullable(),
  open_interest: text.nullable(),
  volume: text.nullable(),
  venue: text.nullable(),
});

/** Option trades, one JSON object a line. Fault: input_malformed, at the line. */
export function parseOptionTrades(lines: string): Result<readonly OptionTrade[], Fault> {
  const trades: OptionTrade[] = [];
  for (const [index, line] of lines.split("\n").entries()) {
    if (line.trim() === "") continue;
    const json = parseJson(line);
    const read = json.ok ? trade.safeParse(json.value) : null;
    if (read?.success === true) {
      trades.push(read.data);
      continue;
    }
    const issue = read?.error.issues[0];
    const why = json.ok
      ? `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`
      : json.fault.message;
    const at = `line ${index + 1}`;
    return err({ code: "input_malformed", message: `${at}: ${why.trim()}`, at });
  }
  return ok(trades);
}
