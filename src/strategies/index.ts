export type {
  Decision,
  Indicators,
  Reason,
  RefusalCode,
  Strategy,
  Verdict,
} from "./decision.ts";
export { defaultGammaConfig, type GammaConfig, type GreeksSource } from "./gamma/gamma-config.ts";
export {
  emptyGammaMemory,
  type GammaMemory,
  type GammaView,
  type HedgeBook,
  type HeldOption,
} from "./gamma/gamma-view.ts";
export type { OptionChain, OptionContract } from "./gamma/option-chain.ts";
export type { GenomeConfig, PromotedGenome, ShadowPhysics } from "./genome/genome-config.ts";
export {
  emptyGenomeMemory,
  type FundedBar,
  type GenomeMemory,
  type GenomeView,
} from "./genome/genome-view.ts";
export type { DraftRisk, OptionLeg, OptionRight, ProposalDraft } from "./proposal-draft.ts";
export {
  emptyWhaleMemory,
  type OptionTrade,
  type WhaleMemory,
  type WhaleView,
} from "./whale/option-trade.ts";
export { defaultWhaleConfig, type WhaleConfig } from "./whale/whale-config.ts";
