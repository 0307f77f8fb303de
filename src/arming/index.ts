export { type Finding, judgeWindowForm } from "./admission-checks.ts";
export type { AdmitOutcome, AdmitRefusal, Admitted } from "./admit.ts";
export {
  type ApprovalForm,
  type ApproversPolicy,
  type ListedPerson,
  maxApproversPolicyBytes,
  parseApproversPolicy,
} from "./approvers-policy.ts";
export {
  type ArmingRecord,
  approversPolicyPath,
  armingLogPlace,
  armingRecordSchema,
} from "./arming-log.ts";
export {
  type ArmingEffect,
  type ArmingTarget,
  type ArmingTargetOptions,
  type ArmingWorld,
  openArmingTarget,
} from "./arming-target.ts";
export {
  type Challenge,
  challengeLifetimeMs,
  formatChallenge,
  parseChallenge,
} from "./challenge.ts";
export {
  type ChangeEvidence,
  type ChangeRecord,
  changeIdOf,
  changePayloadType,
  formatChange,
  maxChangeBytes,
  parseChange,
  sha256Hex,
} from "./change-record.ts";
export { coolDownMs, maxFailures } from "./cool-down.ts";
export { evidenceNames, readEvidence } from "./evidence-reading.ts";
export { type Approval, changeNamespace, judgeApprovals } from "./judge-approvals.ts";
export {
  type ChangeDone,
  type LiveArming,
  type LiveArmingPorts,
  openLiveArming,
  type SubmitRefusal,
} from "./live-arming.ts";
export { type Recomputed, recomputeDigests, warningsOf } from "./review-change.ts";
export { formatSshPublicKey, formatSshSignature, sshSignedData } from "./sshsig.ts";
export { type VerifiedChange, verifyChange } from "./verify-change.ts";
