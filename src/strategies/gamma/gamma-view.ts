import type { OptionLeg } from "../proposal-draft.ts";
import type { OptionChain } from "./option-chain.ts";

/** What is held: a hedge is asked for against this and nothing else. */
export type HedgeBook = Readonly<{
  /** Whole shares of the underlying, signed. */
  shares: number;
  options: readonly HeldOption[];
}>;

/** `quantity`: whole contracts, signed. */
export type HeldOption = OptionLeg & Readonly<{ quantity: number }>;

export type GammaView = Readonly<{
  now_ms: number;
  /** One per underlying; those that the configuration does not name are not looked at. */
  chains: readonly OptionChain[];
  /** Null = nobody said what is held. */
  book: HedgeBook | null;
}>;

export type GammaMemory = Readonly<{ last_proposal_ms: number | null }>;

export const emptyGammaMemory: GammaMemory = { last_proposal_ms: null };
