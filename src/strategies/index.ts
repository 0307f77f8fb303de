export type {
  Decision,
  Details,
  Indicators,
  Reason,
  RefusalCode,
  Strategy,
  Verdict,
} from "./decision.ts";
export type { MaskReason } from "./gamma/contract-greeks.ts";
export { decideGamma, gammaVersion } from "./gamma/decide-gamma.ts";
export { defaultGammaConfig, type GammaConfig, type GreeksSource } from "./gamma/gamma-config.ts";
export {
  emptyGammaMemory,
  type GammaMemory,
  type GammaView,
  type HedgeBook,
  type HeldOption,
} from "./gamma/gamma-view.ts";
export {
  type GammaReport,
  measureGamma,
  type StrikeGamma,
  type ZeroGamma,
} from "./gamma/measure-gamma.ts";
export type { OptionChain, OptionContract } from "./gamma/option-chain.ts";
export { portfolioRegime, type Regime } from "./gamma/regime.ts";
export { historyBars } from "./genome/bar-window.ts";
export { decideGenome, genomeVersion } from "./genome/decide-genome.ts";
export type { GenomeConfig, PromotedGenome, ShadowPhysics } from "./genome/genome-config.ts";
export {
  emptyGenomeMemory,
  type FundedBar,
  type GenomeMemory,
  type GenomeView,
} from "./genome/genome-view.ts";
export type { DraftRisk, OptionLeg, OptionRight, ProposalDraft } from "./proposal-draft.ts";
export { decideWhale, whaleVersion } from "./whale/decide-whale.ts";
export type { Flow, FlowType } from "./whale/flow.ts";
export { type Dominance, type FlowReport, measureFlows } from "./whale/measure-flows.ts";
export {
  emptyWhaleMemory,
  type OptionTrade,
  type WhaleMemory,
  type WhaleView,
} from "./whale/option-trade.ts";
export { defaultWhaleConfig, type WhaleConfig } from "./whale/whale-config.ts";
