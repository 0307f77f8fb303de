import { assert, formatDecimal, parseDecimal } from "#base";
import type { Instrument } from "#market";
import { fixedText } from "../amount-text.ts";
import type { ProposalDraft } from "../proposal-draft.ts";

/** What a genome asks for at the next open. */
export type Wish = Readonly<{
  action: "open_long" | "open_short" | "close_long" | "close_short";
  /** Signed: what is bought (+) or sold. */
  lots: number;
  closeTicks: number;
  rationale: string;
  validForMs: number;
}>;

/** Quote currencies that are a dollar or stand for one. */
const dollars: ReadonlySet<string> = new Set(["USD", "USDT", "USDC"]);

/** Null for instruments that nobody can trade, such as an index. */
export function genomeDraft(wish: Wish, instrument: Instrument): ProposalDraft | null {
  const asset_type = assetTypeOf(instrument);
  if (asset_type === null) return null;
  const { lots, closeTicks, action } = wish;
  const value = Math.abs(lots) * (instrument.micro_per_lot_tick * closeTicks);
  const isClosing = action === "close_long" || action === "close_short";
  return {
    symbol: instrument.id,
    asset_type,
    option: null,
    side: lots > 0 ? "BUY" : "SELL",
    quantity: baseUnits(Math.abs(lots), instrument.lot_size),
    limit_price: null,
    rationale: wish.rationale,
    risk: {
      notional_usd: dollars.has(instrument.quote_currency) ? fixedText(value / 1_000_000, 2) : null,
      max_loss_usd: null,
      max_loss_usd_reason: isClosing ? "reduces_exposure" : "no_stop_is_placed",
      stop_loss: null,
      take_profit: null,
    },
    valid_for_ms: wish.validForMs,
  };
}

function assetTypeOf({ kind, calendar }: Instrument): ProposalDraft["asset_type"] | null {
  if (kind === "index") return null;
  if (kind === "swap") return "SWAP";
  return calendar === "nyse" ? "EQUITY" : "SPOT";
}

/** Lots times the lot size, exactly. */
function baseUnits(lots: number, lotSize: string): string {
  const scale = lotSize.includes(".") ? lotSize.length - lotSize.indexOf(".") - 1 : 0;
  const unit = parseDecimal(lotSize, scale);
  assert(unit.ok, `the lot size is no decimal: ${lotSize}`);
  return formatDecimal(lots * unit.value, scale);
}
