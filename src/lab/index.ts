export { type CampaignFile, readCampaignFile } from "./campaign/campaign-file.ts";
export type { CampaignProgress } from "./campaign/campaign-progress.ts";
export type { CampaignRow } from "./campaign/campaign-row.ts";
export type { LandedCampaign } from "./campaign/land-campaign.ts";
export {
  type CampaignPlan,
  type CampaignRequest,
  planCampaign,
} from "./campaign/plan-campaign.ts";
export {
  type CampaignHooks,
  type CampaignOutcome,
  runCampaign,
} from "./campaign/run-campaign.ts";
export { firstSeeds, maxSeed, maxSeeds } from "./campaign/seeds.ts";
export { setAsideUnfinished } from "./campaign/set-aside.ts";
export { checkoutPath } from "./host/checkout.ts";
export { readFrozenCore } from "./host/core-lock.ts";
export { packageVersion, readCheckoutFacts } from "./host/host-facts.ts";
export { checkKernels } from "./host/kernel-check.ts";
export {
  type PromotionPhysics,
  type PromotionRecord,
  promotionPayloadType,
  promotionSchema,
  type VerifiedPromotion,
  verifyPromotion,
} from "./promotion/promotion-record.ts";
export { type ReplayVerdict, replayRun } from "./replay/replay-run.ts";
export { barSourceOf } from "./run/bar-source.ts";
export { createKernel } from "./run/kernels.ts";
export type { KernelId, RunReport } from "./run/run-job.ts";
export { readStopSwitch } from "./run/stop-switch.ts";
export {
  createSharedControl,
  requestStop,
  type SharedControl,
  type StopReason,
  stopReason,
} from "./workers/shared-control.ts";
