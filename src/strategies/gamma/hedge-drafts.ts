import { fixedText } from "../amount-text.ts";
import type { DraftRisk, ProposalDraft } from "../proposal-draft.ts";
import type { GammaConfig } from "./gamma-config.ts";
import type { HedgeBook, HeldOption } from "./gamma-view.ts";

/** Shares that bring the net delta to zero, to the nearest share and at least one. */
export function hedgeDraft(
  netShares: number,
  spot: number,
  config: GammaConfig,
  why: string,
): ProposalDraft {
  const shares = Math.max(Math.floor(Math.abs(netShares) + 0.5), 1);
  return equityDraft(netShares > 0 ? -shares : shares, spot, config, why);
}

/** One draft per thing held: options first, so that the hedge is the last to go. */
export function flattenDrafts(
  book: HedgeBook,
  spot: number | null,
  config: GammaConfig,
  why: string,
): readonly ProposalDraft[] {
  const legs = book.options.filter((held) => held.quantity !== 0);
  const drafts = legs.map((held) => closeOption(held, config, why));
  if (book.shares === 0) return drafts;
  return [...drafts, equityDraft(-book.shares, spot, config, why)];
}

function closeOption(held: HeldOption, config: GammaConfig, why: string): ProposalDraft {
  const { contract_symbol, right, strike, expiration, quantity } = held;
  return {
    symbol: config.symbol,
    asset_type: "OPTION",
    option: { contract_symbol, right, strike, expiration },
    side: quantity > 0 ? "SELL" : "BUY",
    quantity: String(Math.abs(quantity)),
    limit_price: null,
    rationale: why,
    risk: riskOf(null),
    valid_for_ms: config.proposal_valid_ms,
  };
}

function equityDraft(
  signedShares: number,
  spot: number | null,
  config: GammaConfig,
  why: string,
): ProposalDraft {
  const shares = Math.abs(signedShares);
  return {
    symbol: config.symbol,
    asset_type: "EQUITY",
    option: null,
    side: signedShares > 0 ? "BUY" : "SELL",
    quantity: String(shares),
    limit_price: null,
    rationale: why,
    risk: riskOf(spot === null ? null : fixedText(shares * spot, 2)),
    valid_for_ms: config.proposal_valid_ms,
  };
}

function riskOf(notional: string | null): DraftRisk {
  return {
    notional_usd: notional,
    max_loss_usd: null,
    max_loss_usd_reason: "reduces_exposure",
    stop_loss: null,
    take_profit: null,
  };
}
