export type { Finding } from "./admission-checks.ts";
export type { AdmitOutcome, AdmitRefusal, Admitted } from "./admit.ts";
export {
  type ApprovalForm,
  type ApproversPolicy,
  type ListedPerson,
  maxApproversPolicyBytes,
  parseApproversPolicy,
} from "./approvers-policy.ts";
export { type ArmingRecord, armingLogPlace, armingRecordSchema } from "./arming-log.ts";
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
  type ChangeRecord,
  changeIdOf,
  changePayloadType,
  formatChange,
  parseChange,
} from "./change-record.ts";
export { coolDownMs, maxFailures } from "./cool-down.ts";
export { type Approval, changeNamespace, judgeApprovals } from "./judge-approvals.ts";
export { formatSshPublicKey, formatSshSignature, sshSignedData } from "./sshsig.ts";
