import { join } from "node:path";
import {
  type Approval,
  type ArmingRecord,
  armingLogPlace,
  armingRecordSchema,
  changeIdOf,
  coolDownMs,
} from "#arming";
import { createStream } from "#base";
import { chainHost, readChainedLog } from "#evidence";
import { bootArming, evaluateSwitch, leaseOf, stepArming } from "#safety";
import {
  type ArmingParty,
  dsseBy,
  openArmingParty,
  type PolicyDocument,
  partyKeys,
  partyPolicy,
  sshBy,
} from "#support";
import { changeForgeries } from "./change-forgeries.ts";
import type { Forgery, Offer, Scene } from "./forgery.ts";
import { peopleForgeries } from "./people-forgeries.ts";
import { signatureForgeries } from "./signature-forgeries.ts";

export type ForgeOptions = Readonly<{
  attempts: number;
  seed: number;
  /** Where the logs of the targets are written. */
  folder: string;
  /** All that are known, unless somebody asks for a few. */
  kinds?: readonly Forgery[];
}>;

export type ForgeTally = {
  attempts: number;
  /** Forgeries that were refused with an expected code. */
  refused: number;
  /** Sound changes that were admitted and armed. */
  admitted: number;
  /** By kind: how many, and the codes that came of them. */
  kinds: Record<string, Record<string, number>>;
  /** What is wrong: forgeries admitted or refused for another reason, sound ones refused. */
  wrong: string[];
  /** Attempts that the logs of the targets do not hold as they came out. */
  unrecorded: number;
};

/** Sound changes in the same stream: a target that refuses everything would pass otherwise. */
export const soundChange: Forgery = {
  kind: "sound",
  expected: null,
  make: (scene) => {
    const change = scene.change();
    return { change, approvals: scene.signed(change) };
  },
};

/** The kinds that go through positions of bytes come more often than the others. */
export const forgeries: readonly Forgery[] = [
  soundChange,
  ...peopleForgeries,
  ...signatureForgeries,
  ...changeForgeries,
];

const swept: ReadonlySet<string> = new Set([
  "byte_of_change",
  "byte_of_envelope",
  "byte_of_ssh_signature",
]);

/** One target takes so many attempts; then its log is compared with what came out. */
const attemptsPerTarget = 250;

export function runForgeCampaign(
  { attempts, seed, folder, kinds = forgeries }: ForgeOptions,
  progress: (done: number) => void = () => undefined,
): ForgeTally {
  const tally: ForgeTally = {
    attempts: 0,
    refused: 0,
    admitted: 0,
    kinds: {},
    wrong: [],
    unrecorded: 0,
  };
  const chance = createStream({ seed, stream: "fault", id: 1 });
  const order = kinds.flatMap((each) => Array<Forgery>(swept.has(each.kind) ? 8 : 1).fill(each));
  const serials = new Map<string, number>();
  while (tally.attempts < attempts) {
    const number = tally.attempts / attemptsPerTarget;
    const threshold = 2 + (Math.floor(number) % 2);
    const root = join(folder, `target-${Math.floor(number)}`);
    const party = openArmingParty(root, undefined, policyOf(threshold));
    const outcomes: Outcome[] = [];
    const end = Math.min(attempts, tally.attempts + attemptsPerTarget);
    while (tally.attempts < end) {
      const forgery = order[tally.attempts % order.length] ?? soundChange;
      const serial = serials.get(forgery.kind) ?? 0;
      serials.set(forgery.kind, serial + 1);
      const scene = sceneOf({ party, threshold, serial, chance });
      outcomes.push(attempt(forgery, scene, tally));
      party.wait(2 * 60_000);
    }
    party.target.close();
    compareLog(root, outcomes, tally);
    progress(tally.attempts);
  }
  return tally;
}

export function isUnbroken({ wrong, unrecorded }: ForgeTally): boolean {
  return wrong.length === 0 && unrecorded === 0;
}

function policyOf(threshold: number): Uint8Array {
  return partyPolicy((policy: PolicyDocument) => {
    policy.threshold = threshold;
  });
}

function sceneOf(facts: Pick<Scene, "party" | "threshold" | "serial" | "chance">): Scene {
  return {
    ...facts,
    change: (edit) => facts.party.change(edit),
    signed: (change) => soundSignatures(change).slice(0, facts.threshold),
  };
}

function soundSignatures(change: Uint8Array): readonly Approval[] {
  const { ada, grace, joan } = partyKeys;
  return [dsseBy(change, ada), sshBy(change, grace), dsseBy(change, joan)];
}

type Outcome = Readonly<{ changeId: string; code: string | null }>;

function attempt(forgery: Forgery, scene: Scene, tally: ForgeTally): Outcome {
  const { party } = scene;
  const { change, approvals, after } = forgery.make(scene);
  const outcome = party.target.admit(change, approvals);
  const code = outcome.ok ? null : outcome.fault.code;
  after?.();
  tally.attempts += 1;
  const codes = (tally.kinds[forgery.kind] ??= {});
  codes[code ?? "admitted"] = (codes[code ?? "admitted"] ?? 0) + 1;
  const isDue = code === null ? forgery.expected === null : forgery.expected?.includes(code);
  if (isDue !== true) tally.wrong.push(`${forgery.kind} ${scene.serial}: ${code ?? "admitted"}`);
  else if (code === null) tally.admitted += 1;
  else tally.refused += 1;
  if (outcome.ok && !doesArm(party, outcome.value.proof)) {
    tally.wrong.push(`${forgery.kind} ${scene.serial}: admitted, and it does not arm once`);
  }
  if (!outcome.ok && outcome.fault.cooling) coolDown(party, { change, approvals }, tally);
  return { changeId: changeIdOf(change), code };
}

/** While it cools down nothing is looked at; then the next attempt is. */
function coolDown(party: ArmingParty, { change, approvals }: Offer, tally: ForgeTally): void {
  const outcome = party.target.admit(change, approvals);
  const code = outcome.ok ? "admitted" : outcome.fault.code;
  if (code !== "cooling_down") tally.wrong.push(`while it should cool down: ${code}`);
  party.wait(coolDownMs);
}

type Proof = Extract<Parameters<typeof stepArming>[1], { type: "approved" }>["proof"];

function doesArm(party: ArmingParty, proof: Proof): boolean {
  const digests = party.target.digests();
  if (!digests.ok) return false;
  const at = party.now();
  const reading = { state: "text", text: "off" } as const;
  const facts = {
    target: party.target.target,
    digests: digests.value,
    verdict: evaluateSwitch([{ name: "switch", reading }], at),
    latch: { state: "clear" },
    freshness: { fresh: true, reason: "fresh", lastTickMs: at.wallMs, ageMs: 0 },
  } as const;
  const step = stepArming(bootArming(at.wallMs), { type: "approved", at, proof, facts });
  const again = stepArming(bootArming(at.wallMs), { type: "approved", at, proof, facts });
  return leaseOf(step.arming) !== null && again.refused?.code === "approval_spent";
}

/** Every attempt is in the log, in its order, with its code; cool-downs stand between them. */
function compareLog(root: string, outcomes: readonly Outcome[], tally: ForgeTally): void {
  const read = readChainedLog(chainHost().fs, armingLogPlace(root), armingRecordSchema);
  if (!read.ok || read.value.findings.length > 0) {
    tally.unrecorded += outcomes.length;
    return;
  }
  const records = read.value.links.map(({ record }) => record).filter(isOutcome);
  let at = 0;
  for (const outcome of outcomes) {
    while (at < records.length && !isRecordOf(records[at], outcome)) at += 1;
    if (at === records.length) tally.unrecorded += 1;
    else at += 1;
  }
}

function isOutcome({ type }: ArmingRecord): boolean {
  return type === "attempt_refused" || type === "admitted";
}

function isRecordOf(record: ArmingRecord | undefined, { changeId, code }: Outcome): boolean {
  if (record?.type === "admitted") return code === null && record.change_id === changeId;
  if (record?.type !== "attempt_refused") return false;
  return record.change_id === changeId && record.code === code;
}
