export {
  type ArenaAgent,
  type ArenaBar,
  type ArenaSpec,
  decideInArena,
  settleInArena,
} from "./arena.ts";
export {
  type ArmingParty,
  changeFrom,
  dsseBy,
  openArmingParty,
  type PolicyDocument,
  partyKeys,
  partyPolicy,
  partyStartMs,
  partyTarget,
  signedByTwo,
  sshBy,
} from "./arming-party.ts";
export { eventfulRun } from "./eventful-run.ts";
export {
  cosFixed,
  exactCos,
  exactExp,
  exactLn,
  exactSin,
  piFixed,
} from "./high-precision/elementary.ts";
export {
  type Exact,
  errorInUlps,
  exactOf,
  exactOfFixed,
  fixedMultiply,
  fixedOf,
  nearestFloat,
  one,
} from "./high-precision/exact.ts";
export {
  eulerGammaFixed,
  exactErf,
  exactErfc,
  exactLgamma,
  exactNormalCdf,
  quantileErrorInUlps,
  scaledErfc,
  zetaFixed,
} from "./high-precision/special.ts";
export { worstError } from "./high-precision/worst-error.ts";
export {
  hostFacts,
  type LandedRunSpec,
  landRun,
  planOf,
  type TemporaryRoot,
  temporaryRoot,
} from "./landed-run.ts";
export {
  type LoneRun,
  type LoneTrace,
  loneIntervalMs,
  loneRun,
  promotedGenome,
} from "./lone-run.ts";
export { alpacaTrades } from "./options/alpaca-trades.ts";
export { aChain, anOption, aTrade, optionsNoon } from "./options/builders.ts";
export { cboeChain, readCboePage } from "./options/cboe-chain.ts";
export { leanTrades } from "./options/lean-trades.ts";
export { leanChain } from "./options/lean-universe.ts";
export { naiveExposure, textbookGamma } from "./options/naive-exposure.ts";
export {
  columnsOf,
  fundingDueAt,
  fundingKnownAt,
  type NaiveFeatures,
  naiveFeatures,
} from "./oracle/naive-market.ts";
export { type Decider, type ReconcileSpec, reconcileRun } from "./oracle/reconcile.ts";
export { type KernelWatch, watchKernel } from "./oracle/watched-kernel.ts";
export {
  filesBelow,
  type GoldenFailure,
  goldenFailures,
  goldenSessions,
} from "./orders/golden.ts";
export { type Edits, landVenueRun } from "./orders/land-venue-run.ts";
export type { SessionSpec } from "./orders/spec.ts";
export { orderVariants } from "./orders/variants/all.ts";
export type { Variant } from "./orders/variants/variant.ts";
export { approvalPolicy, approverKeys, promotionOf, signedPromotion } from "./promotions.ts";
export { recordedMarket, recordedSwap } from "./recorded-market.ts";
export {
  busyConfig,
  eventsOf,
  type MemoryRun,
  type MemoryRunSpec,
  runInMemory,
} from "./run-in-memory.ts";
export { sharedPath, withoutShared } from "./shared.ts";
export { assertStated, type CountedPoints } from "./stated-points.ts";
export {
  type MarketMood,
  type SyntheticMarket,
  scriptedMarket,
  sourceOf,
  syntheticMarket,
  withOtherFuture,
} from "./synthetic-market.ts";
export { copyRun, editDocument, editFile, editRecord, resealRun } from "./tampered-run.ts";
export {
  anIntent,
  type BenchSpec,
  type BenchWorld,
  type BrokerBench,
  benchInstrument,
  benchRunId,
  brokerBench,
  type IntentChange,
} from "./venue/broker-bench.ts";
export { type ManualTime, manualTime } from "./venue/manual-time.ts";
export { type ScriptedVenue, scriptedVenue, type VenueFault } from "./venue/scripted-venue.ts";
