import {
  type DecimalRounding,
  err,
  type Fault,
  millisFromIso,
  ok,
  parseDecimal,
  type Result,
} from "#base";
import type { OptionRight } from "../proposal-draft.ts";
import type { OptionTrade } from "./option-trade.ts";
import type { WhaleConfig } from "./whale-config.ts";

/** A trade in whole numbers: prices in ten-thousandths, premium in cents. */
export type ReadTrade = Readonly<{
  /** Position in the view: the order in which the source said it. */
  index: number;
  ts_ms: number;
  contract_symbol: string;
  right: OptionRight;
  venue: string | null;
  strike: number;
  price: number;
  size: number;
  bid: number | null;
  ask: number | null;
  spot: number | null;
  open_interest: number | null;
  volume: number | null;
  /** price * size * 100 shares; exact, because 10^4 / 100 shares makes cents. */
  premium_cents: number;
}>;

/** Which field of which trade means nothing, and why. */
export type MalformedTrade = Readonly<{
  index: number;
  trade_id: string | null;
  field: keyof OptionTrade | "premium";
  code: string;
}>;

const priceScale = 4;
/** A thousand million: a single trade beyond is a mistake, and sums below stay exact. */
const mostPremiumCents = 100_000_000_000;

/** Reads every number of a trade; the first that means nothing refuses the whole trade. */
export function readTrade(
  trade: OptionTrade,
  index: number,
  clock: Readonly<{ nowMs: number; config: WhaleConfig }>,
): Result<ReadTrade, MalformedTrade> {
  const fail = (field: MalformedTrade["field"], code: string) =>
    err({ index, trade_id: trade.trade_id, field, code });
  const { ts_ms } = trade;
  if (!Number.isSafeInteger(ts_ms)) return fail("ts_ms", "time_malformed");
  if (ts_ms > clock.nowMs + clock.config.max_future_skew_ms) return fail("ts_ms", "time_in_future");
  if (trade.expiration.length !== 10) return fail("expiration", "time_malformed");
  const expiration = millisFromIso(trade.expiration);
  if (!expiration.ok) return fail("expiration", expiration.fault.code);
  if (trade.right !== "CALL" && trade.right !== "PUT") return fail("right", "right_unknown");

  const numbers: Partial<Record<Column, number>> = {};
  for (const column of columns) {
    const text = trade[column.field];
    if (text === null) continue;
    const value = readNumber(text, column);
    if (!value.ok) return fail(column.field, value.fault.code);
    numbers[column.field] = value.value;
  }
  const { strike, price, size } = numbers;
  if (strike === undefined) return fail("strike", "number_missing");
  if (price === undefined) return fail("price", "number_missing");
  if (size === undefined) return fail("size", "number_missing");
  const premium = price * size;
  if (premium > mostPremiumCents) return fail("premium", "premium_out_of_range");
  return ok({
    index,
    ts_ms,
    contract_symbol: trade.contract_symbol,
    right: trade.right,
    venue: trade.venue,
    strike,
    price,
    size,
    bid: numbers.bid ?? null,
    ask: numbers.ask ?? null,
    spot: numbers.spot ?? null,
    open_interest: numbers.open_interest ?? null,
    volume: numbers.volume ?? null,
    premium_cents: premium,
  });
}

type Column = "strike" | "price" | "size" | "bid" | "ask" | "spot" | "open_interest" | "volume";

type ColumnRule = Readonly<{
  field: Column;
  scale: number;
  least: number;
  rounding: DecimalRounding;
}>;

const columns: readonly ColumnRule[] = [
  { field: "strike", scale: priceScale, least: 1, rounding: "exact" },
  { field: "price", scale: priceScale, least: 1, rounding: "exact" },
  { field: "size", scale: 0, least: 1, rounding: "exact" },
  { field: "bid", scale: priceScale, least: 0, rounding: "exact" },
  { field: "ask", scale: priceScale, least: 1, rounding: "exact" },
  // Index values carry more digits than anything trades in.
  { field: "spot", scale: priceScale, least: 1, rounding: "half_even" },
  { field: "open_interest", scale: 0, least: 0, rounding: "exact" },
  { field: "volume", scale: 0, least: 0, rounding: "exact" },
];

function readNumber(text: string, { scale, least, rounding }: ColumnRule): Result<number, Fault> {
  const value = parseDecimal(text, scale, rounding);
  if (!value.ok || value.value >= least) return value;
  return err({ code: "number_too_small", message: `below ${least} at ${scale} decimals` });
}
