import { err, type Fault, isoFromMillis, ok, type Result } from "#base";
import { type ChainedLog, type ChainHost, openChainedLog } from "#evidence";
import type { ChangeDigests, ChangeTarget, Moment } from "#safety";
import { type AdmitOutcome, admitChange } from "./admit.ts";
import { type ApproversPolicy, parseApproversPolicy } from "./approvers-policy.ts";
import {
  type ArmingAct,
  type ArmingEffectWord,
  type ArmingRecord,
  armingLogPlace,
  armingRecordSchema,
} from "./arming-log.ts";
import { type Challenge, challengeLifetimeMs } from "./challenge.ts";
import { type ChallengeBook, openChallengeBook } from "./challenge-book.ts";
import { sha256Hex } from "./change-record.ts";
import { type CoolDown, openCoolDown } from "./cool-down.ts";
import type { Approval } from "./judge-approvals.ts";

/** What a target looks at; each is asked anew for each use, and nothing is kept. */
export type ArmingWorld = Readonly<{
  now: () => Moment;
  /** From a generator fit for keys. */
  randomBytes: (count: number) => Uint8Array;
  /** Digests of what runs and of its limits. */
  digests: () => Result<Omit<ChangeDigests, "policy">, Fault>;
  /** The bytes of the file of who may approve. */
  policy: () => Result<Uint8Array, Fault>;
  /** The bytes of a proposed policy by their digest. */
  proposed: (sha256: string) => Result<Uint8Array, Fault>;
  /** How far the wall clock is from the venue's; null where nobody knows. */
  clockSkewMs: () => number | null;
}>;

export type ArmingTargetOptions = Readonly<{
  host: ChainHost;
  /** The log lies below it. */
  root: string;
  target: ChangeTarget;
  world: ArmingWorld;
}>;

/** What came of an admission, or how a lease ended, for the log. */
export type ArmingEffect = Readonly<{
  changeId: string | null;
  effect: ArmingEffectWord;
  /** A code of #safety. */
  reason: string;
}>;

/**
 * The side that is armed: gives challenges, admits changes and writes everything down. Its memory
 * is the only place where an approval can come from.
 */
export type ArmingTarget = Readonly<{
  target: ChangeTarget;
  /** Faults: challenges_exhausted, digests and policy that cannot be read, those of the log. */
  issueChallenge: () => Result<Challenge, Fault>;
  /** Judges a change and its signatures; the proof that may come of it is for one act, at once. */
  admit: (change: Uint8Array, approvals: readonly Approval[]) => AdmitOutcome;
  /** A lease whose log cannot be written must end: give storage_failed to the machine. */
  recordEffect: (effect: ArmingEffect) => Result<void, Fault>;
  /** What the machine compares with what was signed. */
  digests: () => Result<ChangeDigests, Fault>;
  isCooling: () => boolean;
  close: () => Result<void, Fault>;
}>;

/** What admission works with. */
export type OpenTarget = ArmingTargetOptions &
  Readonly<{
    log: ChainedLog<ArmingRecord>;
    book: ChallengeBook;
    coolDown: CoolDown;
    policyNow: () => Result<ApproversPolicy, Fault>;
    digestsNow: () => Result<ChangeDigests, Fault>;
    adopted: () => string | null;
    write: (body: ArmingAct) => Result<void, Fault>;
  }>;

/**
 * Opens the log and holds it: one process at a time is the target of a root. The first policy that
 * is ever found here is taken as it is; every later one needs a change that the one before it
 * approved. Faults: those of openChainedLog, of reading and parsing the policy.
 */
export function openArmingTarget(options: ArmingTargetOptions): Result<ArmingTarget, Fault> {
  const { host, root, target, world } = options;
  const opened = openChainedLog(host, armingLogPlace(root), armingRecordSchema);
  if (!opened.ok) return opened;
  const log = opened.value;
  const policyNow = policyReader(world);
  const records = log.found.map(({ record }) => record);
  const open: OpenTarget = {
    ...options,
    log,
    book: openChallengeBook(
      records.flatMap((each) => (each.type === "admitted" ? [each.nonce] : [])),
    ),
    coolDown: openCoolDown(records, world.now()),
    policyNow,
    digestsNow: () => readDigests(world, policyNow),
    adopted: () => adopted,
    write: (body) => write(options, log, body, (digest) => (adopted = digest)),
  };
  let adopted = adoptedIn(records);
  if (adopted === null) {
    const begun = adoptFirst(open);
    if (!begun.ok) {
      log.close();
      return begun;
    }
  }
  return ok({
    target,
    issueChallenge: () => issueChallenge(open),
    admit: (change, approvals) => admitChange(open, change, approvals),
    recordEffect: ({ changeId, effect, reason }) =>
      open.write({ type: "effect", change_id: changeId, effect, reason }),
    digests: open.digestsNow,
    isCooling: () => open.coolDown.isCooling(world.now()),
    close: () => log.close(),
  });
}

function write(
  { world, target }: ArmingTargetOptions,
  log: ChainedLog<ArmingRecord>,
  body: ArmingAct,
  adopt: (digest: string) => void,
): Result<void, Fault> {
  const ts_utc = isoFromMillis(Math.floor(world.now().wallMs));
  const place = { schema_version: "assay_arming/1", ts_utc, boot_id: target.bootId } as const;
  const written = log.append({ ...body, ...place });
  if (!written.ok) return written;
  if (body.type === "policy_adopted") adopt(body.policy_digest);
  return ok(undefined);
}

function adoptedIn(records: readonly ArmingRecord[]): string | null {
  const last = records.findLast(({ type }) => type === "policy_adopted");
  return last?.type === "policy_adopted" ? last.policy_digest : null;
}

function adoptFirst(open: OpenTarget): Result<void, Fault> {
  const policy = open.policyNow();
  if (!policy.ok) return policy;
  const { system, digest } = policy.value;
  if (system !== open.target.systemId) {
    const message = `the policy is that of ${system}, not of ${open.target.systemId}`;
    return err({ code: "policy_of_other_system", message });
  }
  return open.write({ type: "policy_adopted", policy_digest: digest, change_id: null });
}

/** The file is read at each look; its keys are checked again only where its bytes are others. */
function policyReader(world: ArmingWorld): () => Result<ApproversPolicy, Fault> {
  let last: ApproversPolicy | null = null;
  return () => {
    const bytes = world.policy();
    if (!bytes.ok) return bytes;
    if (last !== null && last.digest === sha256Hex(bytes.value)) return ok(last);
    const policy = parseApproversPolicy(bytes.value);
    if (policy.ok) last = policy.value;
    return policy;
  };
}

function readDigests(
  world: ArmingWorld,
  policyNow: () => Result<ApproversPolicy, Fault>,
): Result<ChangeDigests, Fault> {
  const policy = policyNow();
  if (!policy.ok) return policy;
  const digests = world.digests();
  return digests.ok ? ok({ ...digests.value, policy: policy.value.digest }) : digests;
}

function issueChallenge(open: OpenTarget): Result<Challenge, Fault> {
  const { world, target, log, book } = open;
  const at = world.now();
  if (!book.mayIssue(at)) {
    const message = "too many challenges are open; wait until one of them ends";
    return err({ code: "challenges_exhausted", message });
  }
  const digests = open.digestsNow();
  if (!digests.ok) return digests;
  const nonce = Buffer.from(world.randomBytes(32)).toString("hex");
  const written = open.write({ type: "challenge_issued", nonce });
  if (!written.ok) return written;
  const { records, sha256 } = log.head();
  const challenge: Challenge = {
    kind: "assay_change_challenge",
    v: 1,
    system_id: target.systemId,
    env: target.env,
    venue: target.venue,
    account_hash: target.accountHash,
    release_digest: digests.value.release,
    policy_digest: digests.value.policy,
    limits_digest: digests.value.limits,
    nonce,
    boot_id: target.bootId,
    log_size: records,
    log_root: sha256 ?? "",
    issued_at: isoFromMillis(Math.floor(at.wallMs)),
    good_for_ms: challengeLifetimeMs,
  };
  book.issued(challenge, at);
  return ok(challenge);
}
