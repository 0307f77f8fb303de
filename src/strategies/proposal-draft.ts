/**
 * What a strategy would have somebody consider: an order without ids, digests or a clock. The
 * runtime adds those and makes a proposal of it; nobody sends it anywhere.
 */
export type ProposalDraft = Readonly<{
  /** The underlying for an option, else the instrument itself. */
  symbol: string;
  asset_type: "EQUITY" | "OPTION" | "SWAP" | "SPOT";
  /** Present for OPTION alone. */
  option: OptionLeg | null;
  side: "BUY" | "SELL";
  /** Decimal text above zero: shares, contracts of an option, or base units of a swap or coin. */
  quantity: string;
  /** Decimal text in the quote currency; null = the strategy names no price. */
  limit_price: string | null;
  /** One sentence: why. The numbers behind it are the decision's indicators. */
  rationale: string;
  risk: DraftRisk;
  /** How long after the view's time the draft means anything. */
  valid_for_ms: number;
}>;

export type OptionLeg = Readonly<{
  contract_symbol: string;
  right: OptionRight;
  /** Decimal text in the quote currency. */
  strike: string;
  /** `YYYY-MM-DD`, a date in New York. */
  expiration: string;
}>;

export type OptionRight = "CALL" | "PUT";

export type DraftRisk = Readonly<{
  /** Decimal text, 2 decimals; null where no price in dollars (or coins worth one) is known. */
  notional_usd: string | null;
  max_loss_usd: string | null;
  /** Why no loss is named. */
  max_loss_usd_reason: "no_stop_is_placed" | "reduces_exposure" | null;
  stop_loss: string | null;
  take_profit: string | null;
}>;
