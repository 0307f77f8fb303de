export { act } from "./decision/activation.ts";
export {
  type FeatureContract,
  type FeatureName,
  featureContract,
  groupFeatureCount,
  marketFeatureCount,
  ownFeatureCount,
} from "./features/contract.ts";
export { createFrameMaker, type FrameMaker, type FrameRates } from "./features/frames.ts";
export { type Fence, type FenceId, fenceInventory } from "./fences/inventory.ts";
export { founderGenome } from "./genome/founder.ts";
export { type Mutation, mutate } from "./genome/mutate.ts";
export {
  findGenomeSchema,
  type GenomeSchema,
  genomeSchemas,
  linearSchema,
  twinEntryGene,
  twinExitGene,
  twinHidden,
  twinInBase,
  twinNetGenes,
  twinOutBase,
  twinSchema,
} from "./genome/schema.ts";
export type {
  BirthEvent,
  BirthOrigin,
  CapitalTriplet,
  CollapseEvent,
  CollapseReason,
  DeathEvent,
  DeathReason,
  LedgerEvent,
  LedgerTotals,
  LifeRecord,
  Moment,
  RebootEvent,
  RunEvent,
  RunListener,
  SeasonEvent,
  SurvivorEvent,
} from "./run/events.ts";
export type { CollapseMark, FenceCount, OrderCounts, RunEnd, RunOutcome } from "./run/outcome.ts";
export type { RunControl, RunInputs, RunProgress } from "./run/run.ts";
export { runWorld } from "./run/run-world.ts";
export { drawSeasons, type Season, type Window } from "./run/seasons.ts";
export type { BarSource } from "./world/bar-source.ts";
export type { SeasonPlan, WorldConfig } from "./world/config.ts";
export type { Kernel } from "./world/kernel-port.ts";
export {
  type ArrayName,
  arrayNames,
  barScalarStride,
  chunkBars,
  entryRow,
  genomeStride,
  laneCount,
  layoutWorld,
  panelRows,
  type WorldLayout,
  type WorldShape,
} from "./world/layout.ts";
export {
  checkWorld,
  configBounds,
  defaultWorldConfig,
  readWorldConfig,
} from "./world/read-config.ts";
export { founderCapitalMicro, foundersLots } from "./world/rules.ts";
export { barScalar, count, deathHeatUnit, meta, num, status } from "./world/words.ts";
export { createWorld, type World } from "./world/world.ts";
